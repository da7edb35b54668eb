import { TextInput } from "@mantine/core";
import { useWord } from "../i18n/words";
import { isMap, scalarText, type JsonMap } from "../model";

interface Props {
  declared: JsonMap;
  values: Readonly<Record<string, string>>;
  onChange: (values: Readonly<Record<string, string>>) => void;
}

/** A field for each parameter of a signal. */
export function ParameterFields({ declared, values, onChange }: Props) {
  const word = useWord();
  return Object.entries(declared).map(([name, type]) => (
    <TextInput
      key={name}
      label={name}
      labelProps={{ className: "code" }}
      placeholder={word("values", scalarText(isMap(type) ? type.type : type))}
      value={values[name] ?? ""}
      onChange={(event) => onChange({ ...values, [name]: event.currentTarget.value })}
    />
  ));
}
