/** How requests are proved for a gate, whatever its scheme: what a page is written from. */
import type { Gate } from '@countersign/core';
import {
  type MessageSignatureRecipe,
  messageSignatureRecipe,
  type SharedTokenRecipe,
  type SigningRecipe,
  sharedTokenRecipe,
  signingRecipe,
  type TokenRecipe,
  tokenRecipe,
} from '@countersign/core/internal/signing-recipe';
import { messageSignaturePlan } from './message-signature-plan.ts';
import { type SigningPlan, signingPlan } from './signing-plan.ts';
import { tokenPlan } from './token-plan.ts';

export type AnyRecipe =
  | { readonly kind: 'template'; readonly recipe: SigningRecipe }
  | { readonly kind: 'token'; readonly recipe: TokenRecipe }
  | { readonly kind: 'message-signature'; readonly recipe: MessageSignatureRecipe }
  | { readonly kind: 'shared-token'; readonly recipe: SharedTokenRecipe };

/** Undefined for a scheme whose message is code of its own. */
export function anyRecipe({ scheme }: Gate): AnyRecipe | undefined {
  const template = signingRecipe(scheme);
  if (template) return { kind: 'template', recipe: template };
  const token = tokenRecipe(scheme);
  if (token) return { kind: 'token', recipe: token };
  const messageSignature = messageSignatureRecipe(scheme);
  if (messageSignature) return { kind: 'message-signature', recipe: messageSignature };
  const shared = sharedTokenRecipe(scheme);
  return shared && { kind: 'shared-token', recipe: shared };
}

/** What the gate says of its own origin. */
export function originOf(of: AnyRecipe | undefined): string | undefined {
  if (of === undefined || of.kind === 'shared-token') return undefined;
  return of.kind === 'token' ? of.recipe.dpop?.origin : of.recipe.origin;
}

export interface AnyPlanInput {
  readonly method: string;
  readonly url: string;
  /** What the gate’s key says of its text. */
  readonly keyEncoding: string | undefined;
  /** The gate’s id of the key, and whether somebody chose it. */
  readonly keyId: string;
  readonly isKeyNamed: boolean;
}

/** Why there is none is a sentence. */
export function anyPlan(of: AnyRecipe, input: AnyPlanInput): SigningPlan | string {
  const { keyId, isKeyNamed, ...rest } = input;
  switch (of.kind) {
    case 'template':
      return signingPlan({ ...rest, recipe: of.recipe, keyId: isKeyNamed ? keyId : undefined });
    case 'token':
      return tokenPlan({ ...rest, recipe: of.recipe, keyId });
    case 'message-signature':
      return messageSignaturePlan({ ...rest, recipe: of.recipe, keyId });
    case 'shared-token':
      return 'The header’s value is the secret itself: there is nothing to compute, and so no program and no test vector.';
  }
}
