import { getDocument, GlobalWorkerOptions } from "pdfjs-dist";
// oxlint-disable-next-line import/default -- Vite answers with the address of the file
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";

GlobalWorkerOptions.workerSrc = worker;

export interface DrawnPage { readonly number: number; readonly text: string; readonly canvas: HTMLCanvasElement }

/**
 * Draws the pages of a PDF, one after the other, so that the first can be read before the last is there.
 * The text of each comes with it, for those who do not see the picture.
 * @throws what pdf.js says about a broken or locked file
 */
export async function* drawPages(url: string, width: number): AsyncGenerator<DrawnPage & { readonly of: number }> {
  const pdf = await getDocument({ url, withCredentials: true, useSystemFonts: true, isEvalSupported: false } as Parameters<typeof getDocument>[0]).promise;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const natural = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: (width * Math.min(devicePixelRatio, 2)) / natural.width });
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    await page.render({ canvas, viewport }).promise;
    const { items } = await page.getTextContent();
    yield { number, of: pdf.numPages, canvas, text: items.map((i) => ("str" in i ? i.str : "")).join(" ") };
  }
}
