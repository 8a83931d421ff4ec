/** True when a policy is this one, or begins as it does before its `*`, e.g. `1.2.752.78.*` (BankID reference 2.6). */
export function isPolicyAmong(policy: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('.*') ? policy.startsWith(pattern.slice(0, -1)) : policy === pattern,
  );
}
