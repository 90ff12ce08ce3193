import { useState } from "react";
import { useDispatch } from "react-redux";
import { API_URL } from "../utils/constants";
import { addUser } from "../utils/userSlice";

/** The one part that is new: the reference's backend had a sign-in of its own. Linnet's answers with a cookie. */
const SignIn = () => {
  const dispatch = useDispatch();
  const [problem, setProblem] = useState("");

  const signIn = async (form) => {
    const response = await fetch(`${API_URL}/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: form.get("username"), password: form.get("password") }),
    });
    const answer = await response.json();
    if (response.ok) {
      dispatch(addUser(answer.user));
    } else {
      setProblem(answer.detail);
    }
  };

  return (
    <form action={signIn}>
      <label>
        Username <input name="username" autoComplete="username" />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" />
      </label>
      <button type="submit">Sign in</button>
      <p role="alert">{problem}</p>
    </form>
  );
};

export default SignIn;
