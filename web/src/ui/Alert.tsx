import { CircleAlert, Info } from "lucide-react";
import type { ReactNode } from "react";

/** A sentence that matters now. Errors interrupt a screen reader, notes wait their turn. */
export function Alert({ kind, children }: { kind: "error" | "note"; children: ReactNode }) {
  const Icon = kind === "error" ? CircleAlert : Info;
  const colours = kind === "error" ? "border-error/40 bg-error/10" : "border-info/40 bg-info/10";
  return (
    <div
      role={kind === "error" ? "alert" : "status"}
      className={`flex items-start gap-2.5 rounded-field border px-3 py-2.5 text-sm ${colours}`}
    >
      <Icon
        aria-hidden="true"
        className={`mt-0.5 size-4 shrink-0 ${kind === "error" ? "text-error" : "text-info"}`}
      />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
