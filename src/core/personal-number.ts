/** Days of the months, February with a leap day. */
const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * True for a Swedish personal or coordination number of twelve digits that can be somebody’s: a day that exists (60 is added to it in a
 * coordination number), and a check digit that fits.
 *
 * Source: Swedish Tax Agency, SKV 704 and SKV 707; the check digit is the Luhn sum over the last ten digits.
 */
export function isPersonalNumber(text: string): boolean {
  if (!/^\d{12}$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6, 8));
  return isDay(year, month, day > 60 ? day - 60 : day) && luhnSum(text.slice(2)) % 10 === 0;
}

function isDay(year: number, month: number, day: number): boolean {
  const days = month === 2 && !isLeap(year) ? 28 : (daysInMonth[month - 1] ?? 0);
  return year >= 1800 && day >= 1 && day <= days;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function luhnSum(digits: string): number {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const product = Number(digits[at]) * (at % 2 === 0 ? 2 : 1);
    sum += product > 9 ? product - 9 : product;
  }
  return sum;
}
