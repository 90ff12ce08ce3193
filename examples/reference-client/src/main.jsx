import { createRoot } from "react-dom/client";
import { Provider, useSelector } from "react-redux";
import { BrowserRouter, Route, Routes } from "react-router-dom";
import ChatInterface from "./components/ChatInterface";
import SignIn from "./components/SignIn";
import { store } from "./utils/store";

const App = () => {
  const { data } = useSelector((it) => it.user);
  if (!data) return <SignIn />;
  return (
    <Routes>
      <Route path="/chat/:toUserId" element={<ChatInterface />} />
      <Route path="*" element={<p>Open /chat/ and the id of a person.</p>} />
    </Routes>
  );
};

createRoot(document.getElementById("root")).render(
  <Provider store={store}>
    <BrowserRouter>
      <App />
    </BrowserRouter>
  </Provider>,
);
