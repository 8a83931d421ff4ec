/**
 * A distinguished name (RFC 4514) in a form in which two spellings of the same name are equal texts; not a name to ask a directory for.
 *
 * Compared are attribute types and values without regard to case, spaces around separators and how characters are escaped. That is how
 * caseIgnoreMatch (RFC 4517 §4.2.11) sees the attributes that groups and people are named by. OIDs and names of the same type differ.
 */
export function foldDn(dn: string): string {
  return splitAt(dn, ',')
    .map((rdn) => splitAt(rdn, '+').map(foldPair).sort().join('+'))
    .join(',');
}

function foldPair(pair: string): string {
  const equals = pair.indexOf('=');
  const type = pair.slice(0, Math.max(equals, 0)).trim().toLowerCase();
  const value = unescapeValue(trimValue(pair.slice(equals + 1)));
  // Encoded, so that what was escaped does not look like a separator.
  return `${type}=${encodeURIComponent(value.normalize('NFC').toLowerCase().replaceAll(/ +/g, ' ').trim())}`;
}

/** Spaces that are not escaped mean nothing at either end. */
function trimValue(value: string): string {
  const trimmed = value.trimStart();
  const end = trimmed.trimEnd();
  return /(^|[^\\])(\\\\)*\\$/.test(end) ? `${end} ` : end;
}

function splitAt(text: string, separator: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === separator) parts.push('');
    else parts[parts.length - 1] += character === '\\' ? character + (text[++at] ?? '') : character;
  }
  return parts;
}

/** `\2C` stands for a byte of UTF-8, `\,` for the character itself. */
function unescapeValue(value: string): string {
  return value.replaceAll(/((?:\\[0-9A-Fa-f]{2})+)|\\(.)/gs, (_, bytes: string | undefined, character: string) =>
    bytes === undefined ? character : Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
}
