/** The namespaces of identities that every organisation has, spelled as they are registered. */
const standardNamespaces = [
  ...['AAID', 'AdCloud', 'APNS', 'CORE', 'ECID', 'Email', 'Email_LC_SHA256', 'FCM', 'GAID', 'GCLID', 'IDFA'],
  ...['Phone', 'Phone_E.164', 'Phone_SHA256', 'Phone_SHA256_E.164', 'TNTID', 'WAID'],
] as const;

const spellings: ReadonlyMap<string, string> = new Map(standardNamespaces.map((name) => [name.toLowerCase(), name]));

/** A namespace as it is registered; one that is not standard is as it was written. Case makes no other namespace. */
export function registeredNamespace(written: string): string {
  return spellings.get(written.toLowerCase()) ?? written;
}
