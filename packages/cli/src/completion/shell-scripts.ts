/**
 * What a shell sources. Each script hands the words up to the cursor to `countersign completion --words`, so that what is offered is always of the
 * version that is called. The first line of the answer is `words`, or `files` where the shell offers its own; each further line is a word, a tab and its meaning.
 */

export const SHELLS: readonly ['bash', 'zsh', 'fish'] = ['bash', 'zsh', 'fish'];

export type Shell = (typeof SHELLS)[number];

const BASH = `# Completion of countersign for bash. In ~/.bashrc: source <(countersign completion bash)
_countersign() {
  local kind='' word meaning
  COMPREPLY=()
  while IFS=$'\\t' read -r word meaning; do
    if [[ -z $kind ]]; then kind=$word; else COMPREPLY+=("$word"); fi
  done < <("\${COMP_WORDS[0]}" completion --words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ $kind == files ]]; then compopt -o default 2>/dev/null; fi
}
complete -F _countersign countersign
`;

const ZSH = `#compdef countersign
# Completion of countersign for zsh. In ~/.zshrc, after compinit: source <(countersign completion zsh)
_countersign() {
  local kind='' line word
  local -a candidates
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; continue; fi
    word=\${line%%$'\\t'*}
    candidates+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" completion --words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if [[ $kind == files ]]; then
    _files
  elif (( $#candidates )); then
    _describe -V countersign candidates
  fi
}
if [[ $funcstack[1] == _countersign ]]; then _countersign "$@"; else compdef _countersign countersign; fi
`;

const FISH = `# Completion of countersign for fish: countersign completion fish > ~/.config/fish/completions/countersign.fish
function __countersign_words
  set -l typed (commandline -opc)
  set -l lines ($typed[1] completion --words -- $typed[2..-1] (commandline -ct) 2>/dev/null)
  if test "$lines[1]" = files
    __fish_complete_path (commandline -ct)
  else if set -q lines[2]
    printf '%s\\n' $lines[2..-1]
  end
end
complete -c countersign -f -k -a '(__countersign_words)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
