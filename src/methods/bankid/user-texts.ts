/** Languages that texts for people are in. */
export type Language = 'sv' | 'en';

/** Where the person’s app is: on the device that shows the page, or on another one. */
export type Device = 'same' | 'other';

interface UserText extends Readonly<Record<Language, string>> {
  /** Which of BankID’s recommended user messages has the same sense, for whoever wants to show BankID’s own words. */
  readonly id?: string | Readonly<Record<Device, string>>;
}

/** What to tell the person. The senses are BankID’s (recommended user messages RFA1–RFA30), the words ours. */
export const userTexts = {
  start: {
    id: { same: 'RFA13', other: 'RFA1' },
    sv: 'Öppna BankID på din mobil eller dator.',
    en: 'Open BankID on your phone or computer.',
  },
  searching: {
    id: { same: 'RFA15', other: 'RFA14' },
    sv: 'BankID letas upp. Tar det lång tid saknas det kanske ett giltigt BankID på den här enheten.',
    en: 'Looking for a BankID. If this takes long, there may be no valid BankID on this device.',
  },
  code: {
    id: 'RFA9',
    sv: 'Bekräfta i BankID med din säkerhetskod, ditt ansikte eller ditt fingeravtryck.',
    en: 'Confirm in BankID with your security code, your face or your fingerprint.',
  },
  document: {
    id: 'RFA23',
    sv: 'Läs av ditt pass eller nationella id-kort med mobilen.',
    en: 'Hold your passport or national identity card to the phone.',
  },
  face: {
    id: 'RFA24',
    sv: 'Följ anvisningarna i BankID för att visa ditt ansikte.',
    en: 'Show your face as BankID asks you to.',
  },
  extraStep: { id: 'RFA25', sv: 'BankID behöver ett steg till av dig.', en: 'BankID needs one more step from you.' },
  call: {
    id: 'RFA21',
    sv: 'Svara i BankID på om du talar i telefon med oss.',
    en: 'Tell BankID whether you are on the phone with us.',
  },
  working: { id: 'RFA21', sv: 'Arbete pågår. Vänta.', en: 'In progress. Please wait.' },
  cancelled: { id: 'RFA3', sv: 'Det avbröts. Försök igen.', en: 'It was cancelled. Please try again.' },
  otherOrder: {
    id: 'RFA4',
    sv: 'En annan legitimering eller underskrift pågick redan för dig. Försök igen.',
    en: 'You had another identification or signature under way. Please try again.',
  },
  technical: {
    id: 'RFA5',
    sv: 'Något gick fel hos oss eller hos BankID. Försök igen.',
    en: 'Something went wrong here or with BankID. Please try again.',
  },
  cancelledByPerson: { id: 'RFA6', sv: 'Du avbröt.', en: 'You cancelled.' },
  tooLate: {
    id: 'RFA8',
    sv: 'Det tog för lång tid. Försök igen med BankID framme.',
    en: 'It took too long. Please try again with BankID at hand.',
  },
  blocked: {
    id: 'RFA16',
    sv: 'Ditt BankID är spärrat eller ogiltigt. Skaffa ett nytt hos din bank.',
    en: 'Your BankID is blocked or no longer valid. Get a new one from your bank.',
  },
  notStarted: {
    id: { same: 'RFA17A', other: 'RFA17B' },
    sv: 'BankID kunde inte startas, eller QR-koden kunde inte läsas. Kontrollera att BankID är installerat och försök igen.',
    en: 'BankID could not be started, or the QR code could not be read. Make sure that BankID is installed and try again.',
  },
  unknown: {
    id: 'RFA22',
    sv: 'Ett okänt fel uppstod. Försök igen.',
    en: 'An unknown fault occurred. Please try again.',
  },
  documentFailed: {
    id: 'RFA26',
    sv: 'Passet eller id-kortet kunde inte kontrolleras.',
    en: 'The passport or identity card could not be checked.',
  },
  faceFailed: { id: 'RFA27', sv: 'Ansiktet kunde inte kontrolleras.', en: 'Your face could not be checked.' },
  noNfc: {
    id: 'RFA28',
    sv: 'Mobilen kan inte läsa pass och id-kort.',
    en: 'This phone cannot read passports and identity cards.',
  },
  severalBankIds: {
    id: 'RFA29',
    sv: 'Det finns flera BankID på enheten.',
    en: 'There are several BankIDs on this device.',
  },
  extraStepFailed: { id: 'RFA30', sv: 'Det extra steget lyckades inte.', en: 'The extra step did not succeed.' },
  callDeclined: {
    sv: 'Du svarade att du inte talar i telefon med oss.',
    en: 'You answered that you are not on the phone with us.',
  },
  appTooOld: {
    sv: 'Din version av BankID klarar inte det här. Uppdatera den och försök igen.',
    en: 'Your version of BankID cannot do this. Update it and try again.',
  },
  risk: { sv: 'BankID bedömde risken som för hög.', en: 'BankID found the risk too high.' },
} as const satisfies Record<string, UserText>;

/** A key of the table above. */
export type TextKey = keyof typeof userTexts;

/** The text, and BankID’s own identifier for one of that sense. */
export function userTextOf(
  key: TextKey,
  language: Language,
  device: Device,
): { readonly text: string; readonly id: string | undefined } {
  const { id, [language]: text }: UserText = userTexts[key];
  return { text, id: typeof id === 'object' ? id[device] : id };
}
