/** The e-mail designer: MJML by drag and drop. Loaded when somebody designs. */
import { ActionIcon, Alert, Button, Group, SegmentedControl, Tooltip } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconDeviceDesktop,
  IconDeviceMobile,
} from "@tabler/icons-react";
import grapesjs, { type Editor, type Plugin } from "grapesjs";
import ko from "grapesjs/locale/ko.mjs";
import "grapesjs/dist/css/grapes.min.css";
import mjmlPlugin from "grapesjs-mjml";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { PARTS } from "./designerWords";
import { carried, indented, parted, restored, sameElements, sameLiquid } from "./liquid";
import styles from "./content.module.css";

/** The package is CommonJS: what it exports is wrapped. */
const wrapped = mjmlPlugin as unknown as Plugin & { default?: Plugin };
const mjml = wrapped.default ?? wrapped;

interface Props {
  value: string;
  onChange: (mjml: string) => void;
  /** Go back to code, where nothing is changed that nobody wrote. */
  onLeave: () => void;
  isLocked: boolean;
}

const PAUSE_MS = 250;
/** What stands where an image has no address yet. */
const PICTURE =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='350' height='180'%3E%3Crect width='350' height='180' fill='%23d3ebed'/%3E%3C/svg%3E";
const CARRIED_LOOK =
  "[data-gjs-type='mj-raw'] { padding: 2px 8px; background: #e9f6f7; color: #0a5c65; font: 12px monospace; }";

export default function Designer({ value, onChange, onLeave, isLocked }: Props) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const elements = useRef<HTMLDivElement>(null);
  const looks = useRef<HTMLDivElement>(null);
  const [panel, setPanel] = useState<Panel>("elements");
  const [device, setDevice] = useState("Desktop");
  const made = useRef<Editor | null>(null);
  const said = useRef(value);
  const change = useRef(onChange);
  const frameName = useRef("");
  const [isUnsafe, setUnsafe] = useState(false);
  useEffect(() => {
    change.current = onChange;
    frameName.current = t("content.body");
  });
  useEffect(() => {
    if (!place.current || !elements.current || !looks.current) return undefined;
    const editor = opened(place.current, elements.current, looks.current, i18n.language);
    made.current = editor;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      const now = written(editor, said.current);
      if (now === null || now === said.current) return;
      said.current = now;
      change.current(now);
    };
    editor.on("component:selected", () => setPanel("look"));
    editor.on("load", () => {
      nameFor(editor, elements.current, frameName.current);
      load(editor, said.current);
      setUnsafe(!isSafe(editor, said.current));
      editor.on("update", () => {
        clearTimeout(timer);
        timer = setTimeout(tell, PAUSE_MS);
      });
    });
    return () => {
      if (timer !== undefined) tell();
      clearTimeout(timer);
      made.current = null;
      editor.destroy();
    };
  }, [i18n.language]);
  useEffect(() => {
    const editor = made.current;
    if (!editor || value === said.current) return;
    said.current = value;
    load(editor, value);
    setUnsafe(!isSafe(editor, value));
  }, [value]);
  return (
    <div className={styles.designer} data-locked={isLocked || isUnsafe ? true : undefined}>
      {isUnsafe && (
        <Alert
          color="orange"
          icon={<IconAlertTriangle size={18} />}
          title={t("content.unsafe")}
          className={styles.unsafe ?? ""}
        >
          {t("content.unsafeText")}
          <Group mt="xs">
            <Button onClick={onLeave}>{t("content.toCode")}</Button>
          </Group>
        </Alert>
      )}
      <div className={styles.grapes} inert={isLocked || isUnsafe}>
        <div className={styles.canvas}>
          <Group gap={6} className={styles.bar} justify="space-between" wrap="nowrap">
            <SegmentedControl
              aria-label={t("content.width")}
              value={device}
              onChange={(next) => {
                setDevice(next);
                made.current?.setDevice(next);
              }}
              data={[
                {
                  value: "Desktop",
                  label: <IconDeviceDesktop size={15} aria-label={t("content.desktop")} />,
                },
                {
                  value: "Mobile portrait",
                  label: <IconDeviceMobile size={15} aria-label={t("content.phone")} />,
                },
              ]}
            />
            <Group gap={2} wrap="nowrap">
              <Tooltip label={t("content.undo")}>
                <ActionIcon aria-label={t("content.undo")} onClick={() => made.current?.UndoManager.undo()}>
                  <IconArrowBackUp size={16} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label={t("content.redo")}>
                <ActionIcon aria-label={t("content.redo")} onClick={() => made.current?.UndoManager.redo()}>
                  <IconArrowForwardUp size={16} />
                </ActionIcon>
              </Tooltip>
            </Group>
          </Group>
          <div className={styles.stage}>
            <div ref={place} />
          </div>
        </div>
        <div className={styles.tray}>
          <SegmentedControl
            aria-label={t("content.tray")}
            fullWidth
            value={panel}
            onChange={(next) => setPanel(next)}
            data={[
              { value: "elements", label: t("content.elements") },
              { value: "look", label: t("content.look") },
            ]}
          />
          <div ref={elements} hidden={panel !== "elements"} className={styles.shelf} />
          <div ref={looks} hidden={panel !== "look"} className={styles.shelf} />
        </div>
      </div>
    </div>
  );
}

type Panel = "elements" | "look";

function opened(container: HTMLElement, elements: HTMLElement, looks: HTMLElement, language: string): Editor {
  return grapesjs.init({
    container,
    blockManager: { appendTo: elements, appendOnClick: true },
    styleManager: { appendTo: looks },
    traitManager: { appendTo: looks },
    selectorManager: { componentFirst: true },
    height: "100%",
    width: "auto",
    telemetry: false,
    storageManager: false,
    noticeOnUnload: false,
    cssIcons: "",
    assetManager: { upload: false, embedAsBase64: false },
    i18n: { locale: language, localeFallback: "en", detectLocale: false, messagesAdd: { ko } },
    canvasCss: CARRIED_LOOK,
    plugins: [(editor) => mjml(editor, { useCustomTheme: false, imagePlaceholderSrc: PICTURE, i18n: PARTS })],
  });
}

/** What the package leaves to the mouse and to the eye: the frame gets a name, and elements are added by keys, too. */
function nameFor(editor: Editor, shelf: HTMLElement | null, title: string): void {
  const frame = editor.Canvas.getFrameEl();
  frame.title = title;
  for (const block of shelf?.querySelectorAll<HTMLElement>(".gjs-block") ?? []) {
    block.tabIndex = 0;
    block.setAttribute("role", "button");
    block.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      block.click();
    });
  }
}

function load(editor: Editor, value: string): void {
  const [, mail] = parted(value);
  editor.setComponents(carried(mail));
  editor.UndoManager.clear();
}

/** The mail as the document has it; null: the designer has none. */
function written(editor: Editor, before: string): string | null {
  const [head, , foot] = parted(before);
  const body = restored(editor.getHtml().trim());
  return body.startsWith("<mjml") ? head + indented(body) + foot : null;
}

function isSafe(editor: Editor, value: string): boolean {
  const now = written(editor, value);
  return now !== null && sameLiquid(value, now) && sameElements(value, now);
}
