/** The studio's languages. English is there from the start; others are loaded when they are chosen. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en";
import { keepTold } from "./told";

export type Language = "en" | "ko";
export const LANGUAGES: Record<Language, string> = { en: "English", ko: "한국어" };

const LOADERS: Partial<Record<Language, () => Promise<{ default: unknown }>>> = {
  ko: () => import("./ko"),
};

/** What the server says in English, in other languages: what is wrong, and what fields are for. */
type Sentences = Record<string, string>;
const SENTENCES: Partial<Record<Language, () => Promise<Sentences>>> = {
  ko: async () => {
    const [told, help] = await Promise.all([import("./ko/told.json"), import("./ko/help.json")]);
    return { ...help.default, ...told.default };
  },
};

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "all";
    resources: { all: typeof en };
  }
}

export async function startLanguages(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    defaultNS: "all",
    resources: { en: { all: en } },
    interpolation: { escapeValue: false },
  });
  await speak(guess());
}

/** The language of the last visit, else the browser's. */
function guess(): Language {
  const kept = localStorage.getItem("sojourn.language");
  return (kept ?? navigator.language).toLowerCase().startsWith("ko") ? "ko" : "en";
}

export async function speak(language: Language): Promise<void> {
  const load = LOADERS[language];
  if (load && !i18next.hasResourceBundle(language, "all")) {
    i18next.addResourceBundle(language, "all", (await load()).default);
  }
  const sentences = SENTENCES[language];
  keepTold(sentences ? await sentences() : {});
  localStorage.setItem("sojourn.language", language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
