//! Emoji to choose from, by what they show. A short list of what people use: any other one is on the keyboard.
export const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;

const segments = (text: string) =>
  [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].map(({ segment }) => segment);

export const GROUPS = {
  faces: segments(
    "😀😃😄😁😆😅😂🤣🥲🥹😊😇🙂🙃😉😌😍🥰😘😗😋😛😜🤪😝🤗🤭🤫🤔🫡🤐🤨😐😑😶🫥😏😒🙄😬🤥😪😴😷🤒🤕🤢🤮🤧🥵🥶🥴😵🤯🤠🥳🥸😎🤓🧐😕🫤😟🙁😮😯😲😳🥺😦😧😨😰😥😢😭😱😖😣😞😓😩😫🥱😤😡😠🤬😈👿💀💩🤡👻👽🤖",
  ),
  people: segments(
    "👋🤚🖐️✋🖖👌🤌🤏✌️🤞🫰🤟🤘🤙👈👉👆👇☝️👍👎✊👊🤛🤜👏🙌🫶👐🤲🤝🙏✍️💅🤳💪🧠👀👅👄👶🧒🧑👩👨🧓🙋🤦🤷🙇💁🙅🙆🏃🚶💃🕺🧘👪👫👭👬",
  ),
  hearts: segments("❤️🧡💛💚💙💜🖤🤍🤎💔❣️💕💞💓💗💖💘💝💯💢💥💫💦💨💬💭💤✨⭐🌟🔥🎉🎊🎈🎁🏆🥇🥈🥉"),
  nature: segments(
    "🐶🐱🐭🐹🐰🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🙈🙉🙊🐔🐧🐦🐤🦆🦉🐺🐴🦄🐝🐛🦋🐌🐞🐢🐍🐙🦀🐠🐬🐳🦈🐘🦒🐕🐈🌵🎄🌲🌴🌱🌿🍀🍁🍂🍄🌷🌹🌻🌼🌞🌙🌍🌈☀️⛅🌧️⛈️❄️☃️🌊",
  ),
  food: segments(
    "🍏🍎🍐🍊🍋🍌🍉🍇🍓🫐🍒🍑🥭🍍🥥🥝🍅🥑🥦🥕🌽🌶️🍞🥐🥖🧀🥚🍳🥞🥓🍗🍔🍟🍕🌭🥪🌮🌯🥗🍝🍜🍲🍣🍱🍦🍰🎂🍫🍿🍪☕🍵🥤🍺🍻🥂🍷🍹",
  ),
  activities: segments(
    "⚽🏀🏈⚾🎾🏐🎱🏓🏸🥅⛳🎣🥊🎿🛷🚴🏊🧗🎮🎲🧩♟️🎯🎳🎸🎹🥁🎺🎻🎤🎧🎬🎨📚📷🚗🚕🚌🚲🚂✈️🚀⛵🏠🏢🏫🏥⛪🏖️⛺🗺️",
  ),
  objects: segments("⌚📱💻⌨️🖥️🖨️💾📞📺⏰⏳🔋💡🔦💸💰💳🔧🔨⚙️🔒🔑🗝️🚪🛏️🛒📦📫📝📅📌📎✂️🗑️💊🩹🧹🎓👑👓🕶️👟👕🧢☂️💍"),
  signs: segments("✅☑️✔️❌❎➕➖❓❔❗❕‼️⚠️🚫⛔🔔🔕🆗🆒🆕🔝🔜♻️💲©️®️▶️⏸️⏹️🔁🔀⬆️⬇️⬅️➡️↩️🔴🟠🟡🟢🔵🟣⚫⚪🏁🚩🏳️🏴"),
} as const;
