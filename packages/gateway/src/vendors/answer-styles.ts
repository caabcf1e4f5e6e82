/** The style of each form of answers; apart from the vendors, so that reading a configuration loads none. */
import type { AnswerStyle } from '../answers/answer-style.ts';
import { jsonAnswers } from '../answers/json-answers.ts';
import { pageAnswers } from '../answers/page-answers.ts';
import { flowentAnswers } from '../flowent/answer-style.ts';
import type { AnswerForm } from './vendor.ts';

/** @param title the heading of pages that bring none. */
export function answerStyle(form: AnswerForm, title: string): AnswerStyle {
  switch (form) {
    case 'flowent':
      return flowentAnswers;
    case 'page':
      return pageAnswers(title);
    case 'json':
      return jsonAnswers;
  }
}
