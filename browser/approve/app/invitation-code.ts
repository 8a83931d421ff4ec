/** The code of an invitation, from a link with the code behind "#" or the code alone; undefined when there is none in it. */
export function codeIn(text: string): string | undefined {
  const [, behind = text] = /#(.*)$/s.exec(text) ?? [];
  const code = behind.trim();
  return /^[A-Za-z0-9_-]{16,64}$/.test(code) ? code : undefined;
}
