import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { type ConnectionState, selectPhase } from "./slice";

/** Says when something is wrong with the connection; quiet when all is well. Always there, so that it is read out. */
export function ConnectionStatus() {
  const { t } = useTranslation();
  const phase = useSelector((state: { connection: ConnectionState }) => selectPhase(state));
  const trying = phase === "connecting" || phase === "reconnecting";
  const colours = phase === "connecting" ? "bg-base-300" : "bg-warning text-warning-content";
  return (
    <div role="status" data-connection={phase}>
      {phase !== "idle" && phase !== "connected" && (
        <p
          // What is over in a moment moves nothing on the page.
          className={`flex items-center justify-center gap-2 px-3 text-sm font-medium ${colours} ${
            trying ? "appear-late" : "py-1.5"
          }`}
        >
          {trying && <span aria-hidden="true" className="loading loading-spinner loading-xs" />}
          {t(`connection.${phase}`)}
        </p>
      )}
    </div>
  );
}
