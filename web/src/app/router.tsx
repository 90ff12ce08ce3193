import { createBrowserRouter, Navigate } from "react-router";
import { withItsTexts } from "~/i18n/i18n";
import { Await } from "./Await";
import { Guest, Member } from "./gates";
import { Shell } from "./Shell";
import { Welcome } from "./Welcome";

export function createRouter() {
  return createBrowserRouter([
    {
      ErrorBoundary: Await.Failed,
      children: [
        {
          element: <Guest />,
          children: [
            {
              path: "/login",
              lazy: () => withItsTexts(import("~/features/session/SessionForm")).then(signIn),
            },
            {
              path: "/signup",
              lazy: () => withItsTexts(import("~/features/session/SessionForm")).then(signUp),
            },
          ],
        },
        {
          element: (
            <Member>
              <Shell />
            </Member>
          ),
          children: [
            { index: true, element: <Navigate to="/chat" replace /> },
            { path: "/chat", Component: Welcome },
            { path: "/chat/:toUserId", lazy: () => import("./ChatPage").then(page) },
            {
              path: "/c/:conversationId",
              lazy: () => import("./ChatPage").then(page),
              children: [
                {
                  path: "details",
                  lazy: () => withItsTexts(import("~/features/groups/DetailsPane")).then(page),
                },
              ],
            },
            {
              path: "/new/group",
              lazy: () => withItsTexts(import("~/features/groups/NewGroupPage")).then(newGroup),
            },
            {
              path: "/new/channel",
              lazy: () => withItsTexts(import("~/features/groups/NewGroupPage")).then(newChannel),
            },
            {
              path: "/channels",
              lazy: () => withItsTexts(import("~/features/groups/ChannelsPage")).then(page),
            },
            {
              path: "/invite/:code",
              lazy: () => withItsTexts(import("~/features/groups/InvitePage")).then(page),
            },
            { path: "/admin", lazy: () => import("~/features/admin/AdminPage").then(page) },
            { path: "/people", lazy: () => import("~/features/people/PeoplePage").then(page) },
            {
              path: "/search",
              lazy: () => withItsTexts(import("~/features/search/SearchPage")).then(page),
            },
            {
              path: "/settings",
              lazy: () => withItsTexts(import("~/features/settings/SettingsPage")).then(page),
            },
            { path: "*", element: <Navigate to="/chat" replace /> },
          ],
        },
      ],
      HydrateFallback: Await,
    },
  ]);
}

type Module<P> = { default: React.ComponentType<P> };
const page = ({ default: Component }: Module<object>) => ({ Component });
type FormModule = typeof import("~/features/session/SessionForm");
// The two forms are one component: the key makes a switch between them start empty.
const signIn = ({ default: Form }: FormModule) => ({ element: <Form key="in" mode="signIn" /> });
const signUp = ({ default: Form }: FormModule) => ({ element: <Form key="up" mode="signUp" /> });
type NewGroupModule = typeof import("~/features/groups/NewGroupPage");
const newGroup = ({ default: Form }: NewGroupModule) => ({ element: <Form key="group" kind="group" /> });
const newChannel = ({ default: Form }: NewGroupModule) => ({
  element: <Form key="channel" kind="channel" />,
});
