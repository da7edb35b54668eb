/** The parameters of a campaign that starts by a signal, and values for them as somebody writes them. */
import { isMap, type Json, type JsonMap } from "../model";

/** What a schedule says that its signal brings along: types by name. */
export function declaredBy(schedule: Json | undefined): JsonMap {
  const signal = isMap(schedule) ? schedule.signal : undefined;
  const declared = isMap(signal) ? signal.parameters : undefined;
  return isMap(declared) ? declared : {};
}

/** What was written, as values of the declared types; what was left empty is not there. */
export function parametersOf(declared: JsonMap, written: Readonly<Record<string, string>>): JsonMap {
  const values = Object.keys(declared).flatMap((name): [string, Json][] => {
    const text = written[name] ?? "";
    return text === "" ? [] : [[name, valueOf(text, declared[name])]];
  });
  return Object.fromEntries(values);
}

function valueOf(text: string, declared: Json | undefined): Json {
  const type = isMap(declared) ? declared.type : declared;
  if (type === "boolean") return text === "true";
  if ((type === "number" || type === "integer") && !Number.isNaN(Number(text))) return Number(text);
  return text;
}
