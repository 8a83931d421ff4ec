import type { z } from 'zod';
import { toFault } from '../core/bind.ts';
import type { Fault } from '../core/fault.ts';
import { either, formless, missing, mustBe, unknownSetting } from './wording.ts';

type Issue = z.core.$ZodIssue;

/** What the schema found, as faults: one for each unknown setting, and for a union those of the form that was meant. */
export function toFaults(issues: readonly Issue[]): Fault[] {
  return issues.flatMap((issue) => leaves(issue)).map(ownWords);
}

/** Issues that name something an operator can mend. */
function leaves(issue: Issue): Issue[] {
  if (issue.code === 'invalid_union')
    return meant(issue)
      .map((inner) => below(issue.path, inner))
      .flatMap(leaves);
  if (issue.code === 'invalid_key') {
    return [{ code: 'custom', path: issue.path, message: issue.issues[0]?.message ?? issue.message, input: undefined }];
  }
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ ...issue, keys: [key] }));
  return [issue];
}

/** The schema may say more of an unknown setting than that it is unknown. */
function ownWords(issue: Issue): Fault {
  const fault = toFault(issue, []);
  const plain = issue.code !== 'unrecognized_keys' || issue.message === unknownSetting;
  return plain ? fault : { ...fault, message: issue.message };
}

function below<Inner extends Issue>(path: Issue['path'], issue: Inner): Inner {
  return { ...issue, path: [...path, ...issue.path] };
}

type Union = Extract<Issue, { code: 'invalid_union' }>;

/** The issues of the form that was meant: the one whose own settings fit best. Where none stands out, that is what is said. */
function meant(union: Union): Issue[] {
  const forms = flatten(union.errors);
  const right = forms.filter((issues) => !issues.some(isOfWrongKind));
  if (right.length === 0) {
    const expected = forms.flatMap((issues) => issues.filter(isOfWrongKind).map(({ expected }) => expected));
    return [said(union, expected.length === 0 ? union.message : mustBe(expected))];
  }
  const least = Math.min(...right.map(misfits));
  const best = right.filter((issues) => misfits(issues) === least);
  if (least === 0 || best.length === 1) return best[0] ?? [];
  return [said(union, union.message === formless ? lacking(best) : union.message)];
}

/** What each form would need, to be it. */
function lacking(forms: readonly Issue[][]): string {
  const names = forms.map((issues) => issues.find(isMissing)?.path[0]);
  return names.includes(undefined) ? formless : `needs ${either(names.map((name) => `"${String(name)}"`))}`;
}

function said(union: Union, message: string): Issue {
  return { code: 'custom', path: [], message, input: union.input };
}

/** A union in a union is one union with more forms. */
function flatten(forms: readonly Issue[][]): Issue[][] {
  return forms.flatMap((issues) => {
    const [only] = issues;
    return issues.length === 1 && only?.code === 'invalid_union' && only.path.length === 0
      ? flatten(only.errors)
      : [issues];
  });
}

function isOfWrongKind(issue: Issue): issue is Extract<Issue, { code: 'invalid_type' }> {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

/** Settings on the first level that are missing, or that this form does not have. */
function misfits(issues: readonly Issue[]): number {
  const counts: number[] = issues.map((issue) => {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) return issue.keys.length;
    const forbidden = issue.code === 'invalid_type' && issue.expected === 'never' && issue.path.length === 1;
    return forbidden || isMissing(issue) ? 1 : 0;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

function isMissing({ message, path }: Issue): boolean {
  return message === missing && path.length === 1;
}
