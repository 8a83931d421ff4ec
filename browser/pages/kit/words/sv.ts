import type { TextKey } from './en.ts';

/** The same in Swedish. */
export const sv: Readonly<Record<TextKey, string>> = {
  // every page
  language: 'Svenska',
  brand: 'Portvakt',
  'page.skip': 'Hoppa till innehållet',
  'page.loading': 'Ett ögonblick …',
  'page.done': 'Du är inloggad',
  'page.leaving': 'Du skickas vidare …',
  'page.proceed': 'Fortsätt',
  'page.cancel': 'Avbryt',
  'page.again': 'Försök igen',
  'page.reload': 'Börja om',
  'page.stopped': 'Det gick inte',
  'page.cancelled': 'Avbrutet',
  'page.cancelledText': 'Avbrutet. Du kan börja om när du vill.',
  'page.tries': 'Försök kvar: {count}',
  'common.no_session': 'Inloggningen tog för lång tid, eller påbörjades i en annan webbläsare. Börja om.',
  'common.no_session_title': 'Inloggningen har upphört',
  'common.unavailable': 'Servern svarar inte. Sidan försöker igen av sig själv.',
  'common.unavailable_title': 'Ingen kontakt',
  'common.refused': 'Det stämde inte. Kontrollera vad du skrev och försök igen.',
  'common.no_tries_left': 'Det stämde inte, och det finns inga försök kvar. Börja om.',
  'common.input_invalid': 'Det kan inte stämma. Kontrollera vad du skrev.',
  'common.person_unlinked': 'Du har visat vem du är, men det finns inget konto för dig här. Kontakta supporten.',
  'common.other_person': 'Det här är en annan person än i steget innan. Båda stegen måste tas av samma person.',
  'common.code_not_sent': 'Ingen kod kunde skickas. Kontakta supporten.',
  'common.no_options': 'Det finns inget sätt att logga in som du kan använda här. Kontakta supporten.',
  'common.not_signed_in': 'Ingen loggades in. Börja om, och kontakta supporten om det händer igen.',
  'common.person_locked':
    'Du har visat vem du är, men ditt konto är låst efter för många misslyckade försök. Vänta en stund eller kontakta supporten.',
  'common.unknown': 'Något gick fel. Försök igen.',
  'common.empty': 'Det här måste fyllas i.',

  // orders in an app
  'order.open': 'Öppna {app} på den här enheten',
  'order.opening': '{app} ska öppnas nu. Om det inte händer, tryck på knappen.',
  'order.asks': 'Kontrollera att {caller} står i {app}.',
  'order.onlyYours': 'Godkänn bara det du själv har påbörjat.',
  'order.qr': 'QR-kod att skanna med {app}',
  'order.left': 'Tid kvar: {time}',
  'order.leftSpoken': '{seconds} sekunder kvar',
  'order.newCode': 'Visa en ny kod',
  'order.begin': 'Logga in',
  personalNumber: 'Personnummer',
  personalNumberHint: 'Tolv siffror, ÅÅÅÅMMDDNNNN',
  user: 'Användarnamn',
  password: 'Lösenord',
  'password.show': 'Visa',
  'password.hide': 'Dölj',
  'password.showWhole': 'Visa lösenordet',
  'password.hideWhole': 'Dölj lösenordet',

  // selector
  'selector.title': 'Logga in',
  'selector.lead': 'Välj hur du vill logga in.',

  // labels of choices, for the configuration to name
  'choice.password': 'Användarnamn och lösenord',
  'choice.passwordAndCode': 'Lösenord och kod',
  'choice.bankid': 'BankID',
  'choice.bankidHere': 'BankID på den här enheten',
  'choice.bankidElsewhere': 'BankID på en annan enhet',
  'choice.freja': 'Freja',
  'choice.nias': 'Net iD Access',
  'choice.phone': 'Godkänn i telefonen',
  'choice.passkey': 'Lösennyckel',
  'choice.makePasskey': 'Skapa en lösennyckel',

  // usernameandpassword
  'usernameandpassword.title': 'Logga in',
  'usernameandpassword.lead': 'Med ditt användarnamn och lösenord.',

  // userlookup
  'userlookup.title': 'Vem är du?',
  'userlookup.lead': 'Skriv ditt användarnamn. I nästa steg visar du att det är du.',

  // otpvalidator
  'otpvalidator.title': 'Skriv koden',
  'otpvalidator.sms': 'En kod har skickats till din telefon.',
  'otpvalidator.mail': 'En kod har skickats till dig med e-post.',
  'otpvalidator.token': 'Koden som din dosa eller app visar nu.',
  'otpvalidator.code': 'Kod',

  // nias
  'nias.app': 'Net iD Access',
  'nias.title': 'Logga in med Net iD Access',
  'nias.leadOther': 'Med appen i din telefon, eller på en annan dator.',
  'nias.leadSame': 'Med appen på den här enheten.',
  'niasood.identifier_invalid': 'Skriv ditt personnummer med tolv siffror.',
  'nias.outstanding_transaction': 'Öppna Net iD Access.',
  'nias.pending': 'Net iD Access arbetar.',
  'nias.user_sign': 'Bekräfta med din pinkod i Net iD Access.',
  'nias.complete': 'Klart.',
  'nias.user_cancel': 'Du avbröt i Net iD Access.',
  'nias.cancelled': 'Det avbröts, kanske för att en annan påbörjades. Försök igen.',
  'nias.expired_transaction': 'Det tog för lång tid. Försök igen med Net iD Access framme.',
  'nias.already_collected': 'Den här inloggningen är redan använd. Försök igen.',
  'nias.retry': 'Net iD Access har ett tillfälligt fel. Försök igen.',
  'nias.internal_error': 'Något gick fel här eller hos Net iD Access. Försök igen.',
  'nias.already_in_progress':
    'Du har redan en inloggning på gång. Avsluta den i appen, eller vänta en stund, och försök igen.',
  'nias.user_blocked': 'Det blev för många begäranden på kort tid. Vänta några minuter och försök igen.',
  'nias.unknown_user': 'Det gick inte att starta Net iD Access med det här numret. Kontrollera det och försök igen.',
  'nias.invalid_parameters': 'Net iD Access godtog inte det som skrevs. Kontrollera det och försök igen.',
  'nias.access_denied_rp': 'Den här tjänsten får inte använda Net iD Access just nu. Kontakta supporten.',
  'nias.sign_validation_failed': 'Din underskrift kunde inte kontrolleras. Kontakta supporten.',
  'nias.invalid_devicesw': 'Din version av Net iD Access är för gammal. Uppdatera den och försök igen.',
  'nias.unknown': 'Ett okänt fel uppstod. Försök igen.',
  'nias.other_address':
    'Net iD Access svarade från ett annat nätverk än den här enheten använder, så du loggades inte in. Öppna appen på den här enheten, på samma nätverk och utan VPN, eller välj ett annat sätt att logga in.',
  'nias.not_usable': 'Svaret från Net iD Access gick inte att använda. Försök igen.',

  // bankid
  'bankid.app': 'BankID',
  'bankid.title': 'Logga in med BankID',
  'bankid.leadQr': 'Öppna BankID i telefonen, tryck på Skanna QR-kod och rikta kameran hit.',
  'bankid.leadSame': 'Med BankID på den här enheten.',
  'bankid.outstanding_transaction': 'Öppna BankID.',
  'bankid.no_client': 'Öppna BankID.',
  'bankid.started': 'BankID letas upp. Tar det lång tid saknas det kanske ett giltigt BankID på enheten.',
  'bankid.user_mrtd': 'Läs av ditt pass eller nationella id-kort med telefonen.',
  'bankid.user_call_confirm': 'Svara i BankID på om du talar i telefon med oss.',
  'bankid.user_sign': 'Bekräfta i BankID med din säkerhetskod, ditt ansikte eller ditt fingeravtryck.',
  'bankid.user_step_up': 'BankID behöver ett steg till av dig.',
  'bankid.user_face': 'Följ anvisningarna i BankID för att visa ditt ansikte.',
  'bankid.processing': 'Arbete pågår. Vänta.',
  'bankid.expired_transaction': 'Det tog för lång tid. Försök igen med BankID framme.',
  'bankid.expired': 'Det tog för lång tid. Försök igen med BankID framme.',
  'bankid.certificate_err': 'Ditt BankID är spärrat eller ogiltigt. Skaffa ett nytt hos din bank.',
  'bankid.user_cancel': 'Du avbröt i BankID.',
  'bankid.cancelled': 'Det avbröts. Försök igen.',
  'bankid.start_failed':
    'BankID kunde inte startas, eller koden kunde inte läsas. Kontrollera att BankID är installerat och försök igen.',
  'bankid.user_declined_call':
    'Du svarade att du inte talar i telefon med oss. Lägg på om någon annan bad dig att logga in.',
  'bankid.not_supported_by_user_app': 'Din version av BankID klarar inte det här. Uppdatera den och försök igen.',
  'bankid.transaction_risk_blocked':
    'BankID bedömde risken som för hög, så du loggades inte in. Välj ett annat sätt, eller fråga din bank.',
  'bankid.already_in_progress': 'En annan legitimering pågick redan för dig. Försök igen.',
  'bankid.pending': 'Arbete pågår. Vänta.',
  'bankid.awaiting_return': 'BankID är klart. Gå tillbaka till den här sidan den väg som BankID leder dig.',
  'bankid.not_returned':
    'BankID ledde inte tillbaka till webbläsaren där du började. Försök igen och låt BankID ta dig tillbaka.',
  'bankid.other_browser':
    'BankID har lett till en annan webbläsare än den där du började. Börja om här, eller gå tillbaka till den andra.',
  'bankid.mrtd_verification_failed': 'Ditt pass eller id-kort gick inte att läsa av. Försök igen.',
  'bankid.facial_recognition_failed': 'Ansiktskontrollen lyckades inte. Försök igen.',
  'bankid.nfc_not_supported_by_device':
    'Din telefon kan inte läsa av pass och id-kort. Använd en annan telefon, eller välj ett annat sätt.',
  'bankid.multiple_bank_ids_on_device':
    'Det finns flera BankID på enheten. Ta bort dem du inte använder och försök igen.',
  'bankid.step_up_failed': 'Det extra steget lyckades inte. Försök igen.',
  'bankid.unknown_failure': 'Ett fel uppstod hos BankID. Försök igen.',
  'bankid.no_answer': 'BankID svarar inte just nu. Försök igen om en stund.',
  'bankid.verification_failed':
    'Svaret från BankID gick inte att lita på, så du loggades inte in. Försök igen, eller välj ett annat sätt.',
  'bankid.invalid_parameters':
    'BankID går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',
  'bankid.unauthorized': 'BankID går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',
  'bankid.not_found': 'BankID går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',
  'bankid.method_not_allowed':
    'BankID går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',
  'bankid.request_timeout': 'BankID går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',
  'bankid.unsupported_media_type':
    'BankID går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',
  'bankid.too_many_requests':
    'BankID går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',
  'bankid.internal_error': 'BankID går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',
  'bankid.maintenance': 'BankID går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',

  // freja
  'freja.app': 'Freja',
  'freja.title': 'Logga in med Freja',
  'freja.leadOther': 'Du godkänner i appen i din telefon.',
  'freja.leadQr': 'Öppna Freja i telefonen, tryck på Skanna och rikta kameran hit.',
  'freja.identifier': 'Personnummer, e-postadress eller telefonnummer',
  'freja.identifierHint': 'Det som du har registrerat i Freja.',
  'freja.started': 'Öppna Freja i telefonen.',
  'freja.delivered_to_mobile': 'Godkänn i Freja.',
  'freja.rejected': 'Du avböjde i Freja.',
  'freja.canceled': 'Du avbröt i Freja.',
  'freja.rp_canceled': 'Det avbröts. Försök igen.',
  'freja.expired': 'Det tog för lång tid. Försök igen med Freja framme.',
  'freja.error': 'Freja går inte att använda just nu. Försök igen om en stund, eller välj ett annat sätt.',
  'freja.not_usable':
    'Svaret från Freja gick inte att lita på, så du loggades inte in. Försök igen, eller välj ett annat sätt.',
  'freja.no_answer': 'Freja svarar inte just nu. Försök igen om en stund.',
  'freja.already_in_progress': 'En annan legitimering pågick redan för dig. Försök igen.',
  'freja.unknown_user': 'Freja hittar ingen med det du skrev. Kontrollera det och försök igen.',

  // onetouch
  'onetouch.app': 'Portvakt',
  'onetouch.title': 'Godkänn i telefonen',
  'onetouch.leadOther': 'En begäran skickas till din telefon.',
  'onetouch.number': 'Skriv det här numret i telefonen',
  'onetouch.pending': 'Öppna begäran i telefonen.',
  'onetouch.in_progress': 'Begäran är öppen i telefonen. Godkänn den där.',
  'onetouch.rejected': 'Begäran avvisades i telefonen.',
  'onetouch.expired': 'Det tog för lång tid. Försök igen med telefonen framme.',
  'onetouch.wrong_number': 'Ett annat nummer skrevs in i telefonen. Försök igen.',
  'onetouch.error': 'Begäran kunde inte besvaras. Försök igen.',

  // passkey
  'passkey.title': 'Logga in med en lösennyckel',
  'passkey.lead': 'Enheten frågar efter ditt ansikte, ditt fingeravtryck eller sin kod.',
  'passkey.use': 'Använd en lösennyckel',
  'passkey.unsupported': 'Den här webbläsaren har inga lösennycklar. Prova en annan.',
  'passkey.stopped': 'Ingen lösennyckel användes. Försök igen, eller välj ett annat sätt.',
  'passkey.enrollTitle': 'Skapa en lösennyckel',
  'passkey.enrollLead': 'Med en lösennyckel loggar du in med ansikte, fingeravtryck eller enhetens kod.',
  'passkey.enroll': 'Skapa en lösennyckel',
  'passkey.skip': 'Inte nu',
  'passkey.refused': 'Lösennyckeln gick inte att använda här. Försök igen, eller välj ett annat sätt.',
  'passkey.notMade': 'Ingen lösennyckel skapades. Försök igen.',
  'passkey.expired': 'Det tog för lång tid. Försök igen.',
  'passkey.elsewhere': 'Lösennycklar kan inte användas på den här adressen. Kontakta supporten.',
  'passkey.not_proved': 'En lösennyckel kan skapas först när du har visat vem du är. Börja om.',
};
