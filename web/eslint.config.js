import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Words in JSX belong to locales/; punctuation, digits and one-letter marks may stand. */
const noLiteralText = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const check = (node, text) => {
      if (/\p{L}{2,}/u.test(text)) context.report({ node, message: `Put "${text.trim()}" into locales/.` });
    };
    const attributes = new Set(["aria-label", "title", "placeholder", "alt", "label", "description"]);
    return {
      JSXText: (node) => check(node, node.value),
      JSXAttribute: (node) => {
        if (attributes.has(String(node.name.name)) && node.value?.type === "Literal") {
          check(node, String(node.value.value));
        }
      },
    };
  },
};

/** Features know kit and api; the app knows features; nobody else knows a feature or the app. */
const walls = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const file = context.filename.replaceAll("\\", "/");
    const own = /\/src\/features\/([^/]+)\//.exec(file)?.[1];
    const area = /\/src\/(app|kit|api)\//.exec(file)?.[1];
    return {
      ImportDeclaration(node) {
        const from = String(node.source.value);
        const feature = /(?:^@\/|\.\.\/)features\/([^/]+)/.exec(from)?.[1] ?? /^\.\.\/\.\.\/([^./][^/]*)\//.exec(from)?.[1];
        const isApp = /^@\/app(\/|$)/.test(from) || /^(\.\.\/)+app(\/|$)/.test(from);
        if (own && feature && feature !== own && !["kit", "api"].includes(feature)) {
          context.report({ node, message: "A feature never imports a feature; compose them in app/ or link by address." });
        }
        if (isApp && area !== "app" && !file.endsWith("/main.tsx")) {
          context.report({ node, message: "Only app/ knows app/." });
        }
        if ((area === "kit" || area === "api") && /features\//.test(from)) {
          context.report({ node, message: "kit/ and api/ know no feature." });
        }
      },
    };
  },
};

export default tseslint.config(
  { ignores: ["dist", "src/**/*.gen.ts"] },
  ...tseslint.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: {
      "react-hooks": hooks,
      house: { rules: { "no-literal-text": noLiteralText, walls } },
    },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "warn",
      "house/no-literal-text": "error",
      "house/walls": "error",
      "no-restricted-globals": ["error", "parseFloat"],
      "no-restricted-syntax": [
        "error",
        { selector: "MemberExpression[property.name=/^(toFixed|parseFloat)$/]", message: "No floats near money." },
      ],
      "max-lines-per-function": ["warn", { max: 125, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  { files: ["src/kit/ChartCanvas.tsx"], rules: { "no-restricted-syntax": "off" } },
);
