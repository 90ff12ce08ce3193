import { useEffect, useRef, useState } from "react";
import { useDispatch, useSelector } from "react-redux";
import { useParams } from "react-router-dom";
import { addChatData } from "../utils/chatSlice";
import connectSocket from "../utils/Socket";

const ChatInterface = () => {
  const { data } = useSelector((store) => store?.user);
  const chatData = useSelector((store) => store?.chat);
  const { toUserId } = useParams();
  const [sendMsg, setSendMsg] = useState("");
  const socketRef = useRef(null);
  const dispatch = useDispatch();

  useEffect(() => {
    const socket = connectSocket();
    socketRef.current = socket;

    socket.on("connect", () => {
      socket.emit("joinChat", {
        fromUserId: data._id,
        toUserId,
      });
    });

    socket.on("RecievedMsg", ({ name, msg }) => {
      dispatch(addChatData({ name, msg }));
    });

    return () => {
      if (socket.connected) {
        socket.emit("leaveChat", {
          fromUserId: data._id,
          toUserId,
        });
      }
      socket.off("RecievedMsg");
      socket.off("connect");
      socket.disconnect();
    };
  }, [toUserId, data._id, dispatch]);

  const sendSocketMsg = () => {
    if (sendMsg.length === 0) {
      return;
    }
    if (socketRef.current) {
      socketRef.current.emit("sendMsg", {
        fromUserName: data.firstName,
        fromUserId: data._id,
        toUserId,
        msg: sendMsg,
      });
      setSendMsg("");
    }
  };

  return (
    <main>
      <h1>Chat of {data.firstName}</h1>
      <div
        role="log"
        aria-label="Messages"
        style={{ height: 400, overflowY: "auto", display: "flex", flexDirection: "column-reverse", gap: 8 }}
      >
        {chatData.data.map((msg, index) => {
          const isMe = msg.name === data.firstName;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: as in the reference, whose messages have no id.
            <div key={index} data-mine={isMe} style={{ alignSelf: isMe ? "flex-end" : "flex-start" }}>
              {msg.msg}
            </div>
          );
        })}
      </div>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          sendSocketMsg();
        }}
      >
        <input aria-label="Message" value={sendMsg} onChange={(e) => setSendMsg(e.target.value)} />
        <button type="submit">Send</button>
      </form>
    </main>
  );
};

export default ChatInterface;
