/** Colours, type and the habits of components, for both colour schemes. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const lagoon: MantineColorsTuple = [
  "#e9f6f7",
  "#d3ebed",
  "#a6d6da",
  "#75c0c6",
  "#4eaeb5",
  "#35a2aa",
  "#1d8791",
  "#0f6e78",
  "#0a5c65",
  "#054a52",
];
const ink: MantineColorsTuple = [
  "#c5cbd4",
  "#a8b0bd",
  "#8792a2",
  "#667285",
  "#3d4757",
  "#2f3846",
  "#232b37",
  "#1a212b",
  "#131922",
  "#0d1219",
];
const slate: MantineColorsTuple = [
  "#f7f9fa",
  "#f0f3f5",
  "#e4e9ed",
  "#d5dce2",
  "#bcc6cf",
  "#94a1ad",
  "#667482",
  "#4a5763",
  "#323d48",
  "#1e2730",
];

export const FONT =
  '"Inter Variable", "Pretendard Variable", Pretendard, "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", ' +
  '"Malgun Gothic", system-ui, -apple-system, "Segoe UI", sans-serif';

export const theme = createTheme({
  primaryColor: "lagoon",
  primaryShade: { light: 7, dark: 7 },
  colors: { lagoon, dark: ink, gray: slate },
  fontFamily: FONT,
  fontFamilyMonospace:
    '"JetBrains Mono Variable", ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK KR", monospace',
  headings: { fontFamily: FONT, fontWeight: "620" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.5", lg: "1.55", xl: "1.6" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "sm",
  cursorType: "pointer",
  autoContrast: true,
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    TextInput: { defaultProps: { size: "xs" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    NumberInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs", autosize: true, minRows: 2 } },
    Select: { defaultProps: { size: "xs", comboboxProps: { shadow: "md" } } },
    MultiSelect: { defaultProps: { size: "xs" } },
    TagsInput: { defaultProps: { size: "xs" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Switch: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 350, fz: "xs" } },
    Menu: { defaultProps: { shadow: "md" } },
    Modal: { defaultProps: { centered: true, overlayProps: { blur: 2, backgroundOpacity: 0.35 } } },
    Badge: { defaultProps: { variant: "light", size: "sm", tt: "none", fw: 550 } },
  },
});
