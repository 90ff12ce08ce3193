// N: the reference's server as it stands, on socket.io: no sign-in, nothing stored, a room for two people. What is added is
// what cannot be measured without: a room for many, and the acknowledgement. What is left out is console.log, which would
// cost it more than a message does.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { announce } from "./announce.js";

const http = createServer();
const io = new Server(http, { cors: { origin: "http://localhost:3000", credentials: true } });
let messages = 0;

const roomOf = (fromUserId, toUserId) => [fromUserId, toUserId].sort().join("_");

io.on("connection", (socket) => {
  socket.on("joinChat", ({ fromUserId, toUserId }) => {
    const roomId = roomOf(fromUserId, toUserId);
    socket.join(roomId);
    socket.emit("joinedRoom", { roomId });
  });

  socket.on("sendMsg", ({ fromUserName, fromUserId, toUserId, msg }, acknowledge) => {
    io.to(roomOf(fromUserId, toUserId)).emit("RecievedMsg", {
      name: fromUserName,
      fromUserId,
      toUserId,
      msg,
      timestamp: new Date().toISOString(),
    });
    messages += 1;
    acknowledge?.({ success: true, messageId: String(messages) });
  });

  socket.on("joinRoom", ({ room }) => {
    socket.join(room);
    socket.emit("joinedRoom", { roomId: room });
  });

  socket.on("sendRoom", ({ room, msg }, acknowledge) => {
    io.to(room).emit("RecievedMsg", { name: "Person", fromUserId: socket.id, toUserId: room, msg, timestamp: new Date().toISOString() });
    messages += 1;
    acknowledge?.({ success: true, messageId: String(messages) });
  });
});

announce(http);
