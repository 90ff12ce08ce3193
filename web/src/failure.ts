import type { ErrorCode } from "~/contract";

/** A code of the server's error table, or one of the two ways in which no answer came at all. */
export type FailureCode = ErrorCode | "unreachable" | "timeout";

/** A request that was not done, over HTTP or over the socket. `message` is a sentence for people. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  readonly code: FailureCode;
  /** When the server said to try again, in milliseconds from now. */
  readonly retryAfterMs: number | undefined;

  constructor(code: FailureCode, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The sentence to show for anything that was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof RequestFailure ? error.message : "Something went wrong. Please try again.";
}
