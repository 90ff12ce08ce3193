import { Link } from "react-router";
import { Logo } from "~/ui/Logo";

export function Welcome() {
  return (
    <div className="bg-field grid flex-1 place-items-center p-6">
      <div className="flex max-w-xs flex-col items-center gap-4 text-center">
        <Logo className="size-20" />
        <h1 className="text-xl font-semibold">Pick up where you left off</h1>
        <p className="text-quiet">Choose a chat from the list, or find somebody to write to.</p>
        <Link to="/people" className="btn btn-primary">
          Find people
        </Link>
      </div>
    </div>
  );
}
