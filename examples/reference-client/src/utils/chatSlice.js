import { createSlice } from "@reduxjs/toolkit";

const chatSlice = createSlice({
  name: "chat",
  initialState: { data: [] },
  reducers: {
    addChatData: (state, action) => {
      // The newest comes first: the list is drawn in reverse.
      state.data.unshift(action.payload);
    },
  },
});

export const { addChatData } = chatSlice.actions;
export default chatSlice.reducer;
