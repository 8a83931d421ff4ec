/** An SVG document as the address of a picture. */
export function toSvgAddress(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
