/** Milliseconds since 1970 of an `xs:dateTime`; without a zone it is taken as UTC (our choice). Undefined when it is none. */
export function parseDateTime(text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text.trim());
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hours > 24 || minutes > 59 || seconds > 60) return undefined;
  const zone = parts[7] ?? 'Z';
  const [zoneHours = 0, zoneMinutes = 0] = zone === 'Z' ? [] : zone.slice(1).split(':').map(Number);
  const ahead = (zoneHours * 60 + zoneMinutes) * (zone.startsWith('-') ? -1 : 1);
  return ((daysSince1970(year, month, day) * 24 + hours) * 60 + minutes - ahead) * 60_000 + seconds * 1000;
}

/** Days of the Gregorian calendar, counted in years that begin in March so that the odd day comes last. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month < 3 ? year - 1 : year;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}
