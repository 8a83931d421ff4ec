/** What a sign-in page’s authenticator exports, and which of the result’s properties it is (Fortified ID, "Exported data"). */
const names = {
  givenName: 'givenName',
  surName: 'sn',
  name: 'name',
  personalNumber: 'personalNumber',
  certificate: 'certificate',
  userID: 'userId',
  deviceAddress: 'deviceAddress',
  deviceName: 'deviceName',
  deviceVersion: 'deviceVersion',
} as const;

/** All nine; `undefined` for what the server did not say, so that nothing of an earlier person stays behind. */
export function exportsOf(identity: Readonly<Record<string, string>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(names).map(([name, source]) => [name, identity[source] || undefined]));
}
