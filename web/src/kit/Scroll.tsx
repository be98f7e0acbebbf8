import { type ReactNode, useEffect, useRef, useState } from "react";

// Holds what may be wider than the screen. The keyboard can reach and move it whenever it really scrolls.
export function Scroll({ className = "scroll", children }: { className?: string; children: ReactNode }) {
  const root = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const measure = (): void =>
      setScrolls(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={root} className={className} tabIndex={scrolls ? 0 : undefined}>
      {children}
    </div>
  );
}
