import type { ErrorCode } from "~/contract";
import { currentLanguage, t } from "~/i18n/i18n";

/** A code of the server's error table, one of the ways in which it was not even asked, or what a code means where it came. */
export type FailureCode =
  | ErrorCode
  | "unreachable"
  | "timeout"
  | "unstored"
  | "not_member"
  | "files_gone"
  | "empty_file";

/** A request that was not done, over HTTP or over the socket. `message` is the server's sentence, if it gave one. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  readonly code: FailureCode;
  /** When the server said to try again, in milliseconds from now. */
  readonly retryAfterMs: number | undefined;

  constructor(code: FailureCode, message = "", retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The sentence to show for anything that was thrown. The server speaks English, and often more exactly than the table
 * of codes; in other languages the table has to do.
 */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof RequestFailure)) return t("errors.unknown");
  if (error.message && currentLanguage() === "en") return error.message;
  // A newer server may have codes that this page does not know.
  return t(`errors.${error.code}`, { defaultValue: error.message || t("errors.unknown") });
}
