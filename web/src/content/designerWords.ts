/** The designer's names of the parts of a mail, in languages that its package lacks. */
const names = {
  body: "본문",
  button: "버튼",
  column: "열",
  oneColumn: "1열",
  twoColumn: "2열",
  threeColumn: "3열",
  divider: "구분선",
  group: "묶음",
  hero: "히어로",
  image: "이미지",
  navBar: "메뉴",
  navLink: "메뉴 링크",
  section: "구역",
  socialGroup: "소셜 묶음",
  socialElement: "소셜 링크",
  spacer: "여백",
  text: "텍스트",
  wrapper: "감싸기",
  raw: "원본 코드",
};

export const PARTS = { ko: { "grapesjs-mjml": { category: "", components: { names } } } };
