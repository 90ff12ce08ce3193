import { createSlice } from "@reduxjs/toolkit";

const userSlice = createSlice({
  name: "user",
  initialState: { data: null },
  reducers: {
    // What the reference's own backend answered: an _id and a first name.
    addUser: (state, action) => {
      const { id, displayName } = action.payload;
      state.data = { _id: id, firstName: displayName };
    },
  },
});

export const { addUser } = userSlice.actions;
export default userSlice.reducer;
