import type { Attachment, Sequence, UserId } from "~/contract";
import type { Row } from "./rows";

/** What a row can ask the list for. The list makes it once, so that rows that do not change are not rendered again. */
export interface Tools {
  me: UserId;
  /** This user's own. */
  username: string;
  nameOf: (userId: UserId) => string;
  /** One may write here. */
  writable: boolean;
  /** Opens what one can do about a message beside the element. */
  open: (what: "actions" | "emoji", row: Row, beside: Element) => void;
  /** Opens a picture of a message, large. The focus comes back to the element. */
  view: (row: Row, file: Attachment, beside: HTMLElement) => void;
  reply: (row: Row) => void;
  /** Takes the preview of its link from a message of one's own. */
  removePreview: (row: Row) => void;
  react: (row: Row, emoji: string, on: boolean) => void;
  /** Shows a message of this conversation, wherever it is. */
  jump: (sequence: Sequence) => void;
  /** Fetches a message that is quoted and not known. */
  fetchQuoted: (sequence: Sequence) => void;
  retry: (tempId: string) => void;
  discard: (tempId: string) => void;
}
