// The page's language, as the server has chosen it.
export const language = document.documentElement.lang;

export const say = (ko, en) => (language === "en" ? en : ko);
