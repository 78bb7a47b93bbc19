/** Such as `A067301`. What an upstream sends in its place may be anything, a secret included. */
const RESULT_CODE = /^[A-Z]{1,3}\d{1,8}$/;

/** The `resultCode` of a reply, if it has one that may be shown. */
export function resultCodeOf({
  resultCode,
}: {
  readonly resultCode?: string | null | undefined;
}): string | undefined {
  return resultCode && RESULT_CODE.test(resultCode) ? resultCode : undefined;
}
