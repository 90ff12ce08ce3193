import { zodResolver } from "@hookform/resolvers/zod";
import type { TFunction } from "i18next";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link, Navigate, useLocation } from "react-router";
import { z } from "zod";
import { LIMITS } from "~/contract";
import { RequestFailure, sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Field } from "~/ui/Field";
import { Logo } from "~/ui/Logo";
import { usePageTitle } from "~/ui/page-title";
import { type SessionState, selectServer, selectSession, signIn, signUp } from "./slice";

type Root = { session: SessionState };

const [usernameLeast, usernameMost] = LIMITS.usernameChars;
const [passwordLeast, passwordMost] = LIMITS.passwordChars;
const nameMost = LIMITS.displayNameChars[1];

const signInSchema = (t: TFunction) =>
  z.object({
    displayName: z.string(),
    username: z.string().trim().min(1, t("session.usernameMissing")),
    password: z.string().min(1, t("session.passwordMissing")),
  });

const signUpSchema = (t: TFunction) =>
  z.object({
    displayName: z
      .string()
      .trim()
      .max(nameMost, t("session.atMost", { count: nameMost })),
    username: z
      .string()
      .trim()
      .min(usernameLeast, t("session.atLeast", { count: usernameLeast }))
      .max(usernameMost, t("session.atMost", { count: usernameMost }))
      .regex(/^[\w.-]+$/, t("session.usernameCharacters")),
    password: z
      .string()
      .min(passwordLeast, t("session.atLeast", { count: passwordLeast }))
      .max(passwordMost, t("session.atMost", { count: passwordMost })),
  });

export default function SessionForm({ mode }: { mode: "signIn" | "signUp" }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  // Where one wanted to go: the other form takes it over.
  const { state } = useLocation();
  const invited = typeof state?.from === "string" && state.from.startsWith("/invite/");
  const { ended } = useSelector((state: Root) => selectSession(state));
  const server = useSelector((state: Root) => selectServer(state));
  const [visible, setVisible] = useState(false);
  const signingUp = mode === "signUp";
  const form = useForm({
    resolver: zodResolver(signingUp ? signUpSchema(t) : signInSchema(t)),
    defaultValues: { displayName: "", username: "", password: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const closed = signingUp && server !== null && server.registration !== "open" && !server.empty;

  const title = signingUp ? t("session.create") : t("session.welcome");
  usePageTitle(title);

  const submit = form.handleSubmit(async ({ displayName, username, password }) => {
    try {
      if (!signingUp) await dispatch(signIn({ username, password }));
      else await dispatch(signUp({ username, password, ...(displayName ? { displayName } : {}) }));
    } catch (failure) {
      if (failure instanceof RequestFailure && failure.code === "username_taken") {
        form.setError("username", { message: sentenceOf(failure) }, { shouldFocus: true });
      } else form.setError("root", { message: sentenceOf(failure) });
    }
  });

  // Nobody can sign in where nobody has signed up.
  if (server?.empty && !signingUp) return <Navigate to="/signup" replace state={state} />;
  return (
    <main className="bg-field grid min-h-full place-items-center overflow-y-auto px-4 py-8">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-2 text-center">
          <Logo className="size-14" />
          <h1 className="text-2xl font-bold tracking-tight">{title}</h1>
          <p className="text-quiet text-sm">{t("session.tagline")}</p>
        </div>
        <form
          onSubmit={submit}
          noValidate
          className="flex flex-col gap-4 rounded-box border border-base-300 bg-base-100 p-6 shadow-xs"
        >
          {ended && !signingUp && <Alert kind="note">{t(`session.${ended}`)}</Alert>}
          {invited && <Alert kind="note">{t("session.invited")}</Alert>}
          {server?.empty && <Alert kind="note">{t("session.first")}</Alert>}
          {closed ? (
            <Alert kind="note">{t("session.closed")}</Alert>
          ) : (
            <>
              {errors.root?.message && <Alert kind="error">{errors.root.message}</Alert>}
              {signingUp && (
                <Field
                  label={t("session.name")}
                  hint={t("session.nameHint")}
                  autoComplete="name"
                  error={errors.displayName?.message}
                  {...form.register("displayName")}
                />
              )}
              <Field
                label={t("session.username")}
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                error={errors.username?.message}
                {...form.register("username")}
              />
              <div className="relative">
                <Field
                  label={t("session.password")}
                  type={visible ? "text" : "password"}
                  autoComplete={signingUp ? "new-password" : "current-password"}
                  error={errors.password?.message}
                  {...(signingUp ? { hint: t("session.atLeast", { count: passwordLeast }) } : {})}
                  {...form.register("password")}
                />
                <button
                  type="button"
                  aria-pressed={visible}
                  aria-label={t("session.showPassword")}
                  onClick={() => setVisible(!visible)}
                  className="btn btn-circle btn-ghost btn-sm absolute top-7.5 end-1"
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
                {signingUp ? t("session.createAccount") : t("common.signIn")}
              </button>
            </>
          )}
        </form>
        <p className="mt-5 text-center text-sm">
          {signingUp ? t("session.haveAccount") : t("session.newHere")}{" "}
          <Link
            to={signingUp ? "/login" : "/signup"}
            state={state}
            className="link font-semibold text-primary"
          >
            {signingUp ? t("common.signIn") : t("session.createOne")}
          </Link>
        </p>
      </div>
    </main>
  );
}
