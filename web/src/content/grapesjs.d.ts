declare module "grapesjs/locale/ko.mjs" {
  const words: Record<string, unknown>;
  export default words;
}
