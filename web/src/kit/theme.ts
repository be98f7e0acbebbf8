import { theme as antd, type ThemeConfig } from "antd";

/** One accent; grey for structure; red only for overdue and refusals; amber for attention; green for verified. */
const ACCENT = "#1f5f8b";
const ACCENT_DARK = "#5aa9dc";

const FONTS =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei UI", ' +
  '"Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", Roboto, "Helvetica Neue", Arial, ' +
  "sans-serif";
const FONTS_TC =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang TC", "Microsoft JhengHei UI", "Microsoft JhengHei", ' +
  '"Noto Sans CJK TC", "Noto Sans TC", "Source Han Sans TC", Roboto, "Helvetica Neue", Arial, sans-serif';

/** The class that carries the tokens as `--sb-…`; it stands on `<html>`, so that pages' own styles see them. */
export function themeClass(dark: boolean, lang: string): string {
  return `sb-${dark ? "dark" : "light"}-${lang}`;
}

export function themeOf(dark: boolean, lang: string): ThemeConfig {
  const accent = dark ? ACCENT_DARK : ACCENT;
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    cssVar: { prefix: "sb", key: themeClass(dark, lang) },
    token: {
      colorPrimary: accent,
      colorInfo: accent,
      colorLink: accent,
      colorPrimaryBg: dark ? "#16303f" : "#e8f1f8",
      colorPrimaryBgHover: dark ? "#1c3b4e" : "#d8e7f3",
      controlItemBgActive: dark ? "#16303f" : "#e6f0f8",
      controlItemBgActiveHover: dark ? "#1c3b4e" : "#d8e7f3",
      colorError: dark ? "#ff7875" : "#c0281f",
      colorWarning: dark ? "#e0a63c" : "#9a6300",
      colorSuccess: dark ? "#6fbf73" : "#2c7a34",
      colorTextSecondary: dark ? "#b4bac2" : "#4b5563",
      colorTextTertiary: dark ? "#a2a9b3" : "#5c6672",
      colorTextDescription: dark ? "#a2a9b3" : "#5c6672",
      colorTextPlaceholder: dark ? "#959ca6" : "#69727d",
      colorBgLayout: dark ? "#15181c" : "#f4f5f7",
      fontFamily: lang === "zh-Hant" ? FONTS_TC : FONTS,
      fontSize: 14,
      borderRadius: 4,
      sizeStep: 4,
      sizeUnit: 4,
      motionDurationMid: "0.1s",
      motionDurationSlow: "0.15s",
      wireframe: false,
    },
    components: {
      Button: { primaryColor: dark ? "#06141e" : "#ffffff", primaryShadow: "none", defaultShadow: "none" },
      Table: {
        cellPaddingBlockSM: 6,
        cellPaddingInlineSM: 10,
        headerBg: dark ? "#1d2126" : "#f1f3f5",
        headerColor: dark ? "#c3c9d1" : "#3f4853",
        headerSplitColor: "transparent",
        footerBg: dark ? "#1d2126" : "#f1f3f5",
        rowHoverBg: dark ? "#20262d" : "#f5f8fb",
      },
      Layout: {
        headerBg: dark ? "#1a1d21" : "#ffffff",
        headerHeight: 48,
        headerPadding: "0 16px",
        siderBg: dark ? "#1a1d21" : "#ffffff",
        bodyBg: dark ? "#15181c" : "#f4f5f7",
      },
      Menu: { itemHeight: 34, itemBorderRadius: 4, itemMarginBlock: 2, activeBarBorderWidth: 0 },
      Form: { itemMarginBottom: 16, verticalLabelPadding: "0 0 4px" },
      Descriptions: { itemPaddingBottom: 8 },
    },
  };
}
