import type { ReactNode } from "react";

export const metadata = { title: "쇼핑몰", icons: "data:," };

export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="ko"><body>{children}</body></html>;
}
