import { useSelector } from "react-redux";
import { type ConnectionState, type Phase, selectPhase } from "./slice";

const SENTENCES: Record<Phase, string> = {
  idle: "",
  connected: "",
  connecting: "Connecting…",
  reconnecting: "Reconnecting…",
  offline: "You are offline. Messages are sent when you are back.",
  expired: "Your session has ended.",
};

/** Says when something is wrong with the connection; quiet when all is well. Always there, so that it is read out. */
export function ConnectionStatus() {
  const phase = useSelector((state: { connection: ConnectionState }) => selectPhase(state));
  const sentence = SENTENCES[phase];
  const colours = phase === "connecting" ? "bg-base-300/60" : "bg-warning text-warning-content";
  return (
    <div role="status" data-connection={phase}>
      {sentence && (
        <p className={`flex items-center justify-center gap-2 px-3 py-1.5 text-sm font-medium ${colours}`}>
          {(phase === "connecting" || phase === "reconnecting") && (
            <span aria-hidden="true" className="loading loading-spinner loading-xs" />
          )}
          {sentence}
        </p>
      )}
    </div>
  );
}
