// The studio's rules, with the studio's tools: this package has no dependencies of its own.
import { createRequire } from "node:module";

const tools = createRequire(new URL("../web/package.json", import.meta.url));
const js = tools("@eslint/js");
const globals = tools("globals");
const ts = tools("typescript-eslint");

export default ts.config(
  { ignores: ["dist"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [ts.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.test.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 300 }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
      // Browsers lack what their types promise: service workers, beacons, positions.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // What is read from the page's storage has the type that the reader says.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // A callback of a page may return nothing, or false.
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  { files: ["**/*.{js,mjs}"], languageOptions: { globals: globals.node } },
);
