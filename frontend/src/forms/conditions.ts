// Conditions as data, judged as the server judges them (bihuan/documents/conditions.py); values are what inputs post.
export interface Test {
  field?: string;
  in?: string[];
  notIn?: string[];
  atLeast?: number;
  atMost?: number;
  filled?: boolean;
  any?: Test[];
}
export type Condition = Test[];
export type ValuesOf = (name: string) => string[];

/** A number as people type it: 1,200 · ¥5 · full-width figures. NaN for anything else. */
export function numeral(text: string): number {
  const plain = text.normalize("NFKC").replace(/[,¥]/g, "").trim();
  return /^[-+]?\d{1,18}(\.\d{1,10})?$/.test(plain) ? Number(plain) : Number.NaN;
}

function holdsTest(test: Test, valuesOf: ValuesOf): boolean {
  const values = valuesOf(test.field ?? "").filter((value) => value.trim() !== "");
  if (test.in) return values.some((value) => test.in?.includes(value));
  if (test.notIn) return !values.some((value) => test.notIn?.includes(value));
  if (test.filled !== undefined) return values.length > 0 === test.filled;
  const number = values.length === 1 ? numeral(values[0] ?? "") : Number.NaN;
  if (Number.isNaN(number)) return false;
  return (test.atLeast === undefined || number >= test.atLeast) && (test.atMost === undefined || number <= test.atMost);
}

export function holds(condition: Condition, valuesOf: ValuesOf): boolean {
  return condition.every((entry) => (entry.any ?? [entry]).some((test) => holdsTest(test, valuesOf)));
}
