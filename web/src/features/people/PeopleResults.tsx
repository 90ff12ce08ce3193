import { Link } from "react-router";
import { Alert } from "~/ui/Alert";
import { Avatar } from "~/ui/Avatar";
import { useRovingFocus } from "~/ui/use-roving-focus";
import { usePeople } from "./use-people";

/** The people that a search found, each a link to a chat with them. */
export function PeopleResults({ query, onChosen }: { query: string; onChosen?: () => void }) {
  const { people, searching, error } = usePeople(query);
  const roving = useRovingFocus();
  if (query.trim() === "") return null;
  const status = searching ? "Searching…" : people.length === 0 && !error ? "Nobody found by that name." : "";
  return (
    <section aria-label="People" className="pb-3">
      <h2 className="text-quiet px-5 pt-3 pb-1 text-xs font-semibold tracking-wide uppercase">People</h2>
      {error && (
        <div className="px-4 py-2">
          <Alert kind="error">{error}</Alert>
        </div>
      )}
      <p role="status" className={status ? "text-quiet px-5 py-2 text-sm" : "sr-only"}>
        {status || (people.length > 0 && `${people.length} found`)}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the links in it */}
      <div onKeyDown={roving}>
        <ul className="flex flex-col gap-0.5 px-2">
          {people.map((person) => (
            <li key={person.id}>
              <Link
                to={`/chat/${person.id}`}
                data-roving
                {...(onChosen ? { onClick: onChosen } : {})}
                className="flex items-center gap-3 rounded-box px-3 py-2 hover:bg-base-300/50"
              >
                <Avatar name={person.displayName} seed={person.id} url={person.avatarUrl} />
                <span className="min-w-0">
                  <span className="block truncate font-semibold" dir="auto">
                    {person.displayName}
                  </span>
                  <span className="text-quiet block truncate text-sm">@{person.username}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
