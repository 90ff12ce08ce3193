import { zodResolver } from "@hookform/resolvers/zod";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { useSelector } from "react-redux";
import { Link } from "react-router";
import { z } from "zod";
import { LIMITS } from "~/contract";
import { RequestFailure, sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Field } from "~/ui/Field";
import { Logo } from "~/ui/Logo";
import { type SessionState, selectServer, selectSession, signIn, signUp } from "./slice";

type Root = { session: SessionState };

const [usernameLeast, usernameMost] = LIMITS.usernameChars;
const [passwordLeast, passwordMost] = LIMITS.passwordChars;

const signInSchema = z.object({
  displayName: z.string(),
  username: z.string().trim().min(1, "Enter your username."),
  password: z.string().min(1, "Enter your password."),
});

const signUpSchema = z.object({
  displayName: z
    .string()
    .trim()
    .max(LIMITS.displayNameChars[1], `At most ${LIMITS.displayNameChars[1]} characters.`),
  username: z
    .string()
    .trim()
    .min(usernameLeast, `At least ${usernameLeast} characters.`)
    .max(usernameMost, `At most ${usernameMost} characters.`)
    .regex(/^[\w.-]+$/, "Only letters a to z, digits, dots, dashes and underscores."),
  password: z
    .string()
    .min(passwordLeast, `At least ${passwordLeast} characters.`)
    .max(passwordMost, `At most ${passwordMost} characters.`),
});

const ENDED = {
  expired: "Your session has ended. Sign in again: what you have not sent yet is kept.",
  revoked: "This device was signed out. Sign in again to go on.",
} as const;

export default function SessionForm({ mode }: { mode: "signIn" | "signUp" }) {
  const dispatch = useAppDispatch();
  const { ended } = useSelector((state: Root) => selectSession(state));
  const server = useSelector((state: Root) => selectServer(state));
  const [visible, setVisible] = useState(false);
  const signingUp = mode === "signUp";
  const form = useForm({
    resolver: zodResolver(signingUp ? signUpSchema : signInSchema),
    defaultValues: { displayName: "", username: "", password: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const closed = signingUp && server !== null && server.registration !== "open" && !server.empty;

  const submit = form.handleSubmit(async ({ displayName, username, password }) => {
    try {
      if (!signingUp) await dispatch(signIn({ username, password }));
      else await dispatch(signUp({ username, password, ...(displayName ? { displayName } : {}) }));
    } catch (failure) {
      if (failure instanceof RequestFailure && failure.code === "username_taken") {
        form.setError("username", { message: failure.message }, { shouldFocus: true });
      } else form.setError("root", { message: sentenceOf(failure) });
    }
  });

  return (
    <main className="bg-field grid min-h-full place-items-center overflow-y-auto px-4 py-8">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-2 text-center">
          <Logo className="size-14" />
          <h1 className="text-2xl font-bold tracking-tight">
            {signingUp ? "Create your account" : "Welcome to Linnet"}
          </h1>
          <p className="text-quiet text-sm">Chat that lives on your own server.</p>
        </div>
        <form
          onSubmit={submit}
          noValidate
          className="flex flex-col gap-4 rounded-box border border-base-300 bg-base-100 p-6 shadow-xs"
        >
          {ended && !signingUp && <Alert kind="note">{ENDED[ended]}</Alert>}
          {server?.empty && (
            <Alert kind="note">
              {signingUp
                ? "You are the first here: you become the admin."
                : "Nobody has signed up here yet. Create the first account: it becomes the admin."}
            </Alert>
          )}
          {closed ? (
            <Alert kind="note">This server does not take new accounts.</Alert>
          ) : (
            <>
              {errors.root?.message && <Alert kind="error">{errors.root.message}</Alert>}
              {signingUp && (
                <Field
                  label="Your name"
                  hint="How others see you. You can change it later."
                  autoComplete="name"
                  error={errors.displayName?.message}
                  {...form.register("displayName")}
                />
              )}
              <Field
                label="Username"
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                error={errors.username?.message}
                {...form.register("username")}
              />
              <div className="relative">
                <Field
                  label="Password"
                  type={visible ? "text" : "password"}
                  autoComplete={signingUp ? "new-password" : "current-password"}
                  error={errors.password?.message}
                  {...(signingUp ? { hint: `At least ${passwordLeast} characters.` } : {})}
                  {...form.register("password")}
                />
                <button
                  type="button"
                  aria-pressed={visible}
                  aria-label="Show password"
                  onClick={() => setVisible(!visible)}
                  className="btn btn-circle btn-ghost btn-sm absolute top-7.5 right-1"
                >
                  {visible ? (
                    <EyeOff aria-hidden="true" className="size-4" />
                  ) : (
                    <Eye aria-hidden="true" className="size-4" />
                  )}
                </button>
              </div>
              <button type="submit" className="btn btn-primary mt-1" disabled={isSubmitting}>
                {isSubmitting && <span aria-hidden="true" className="loading loading-spinner loading-xs" />}
                {signingUp ? "Create account" : "Sign in"}
              </button>
            </>
          )}
        </form>
        <p className="mt-5 text-center text-sm">
          {signingUp ? "Already have an account?" : "New here?"}{" "}
          <Link to={signingUp ? "/login" : "/signup"} className="link font-semibold text-primary">
            {signingUp ? "Sign in" : "Create an account"}
          </Link>
        </p>
      </div>
    </main>
  );
}
