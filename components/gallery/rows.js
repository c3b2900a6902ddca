// The rows of the grid: outputs in their own shapes, side by side in rows of equal height that fill the width.
const GAP = 12, CAPTION = 30;  // pixels: between tiles, and for the words below one
const SHARP = 560;  // pixels: a preview, with 480 on its longer side, is not shown much larger
const STEPS = 48;  // of a shape that is sent as one byte: e to the power of so many steps

function shapesOf(text) {
  const bytes = Uint8Array.from(atob(text), sign => sign.charCodeAt(0));
  return Float32Array.from(bytes, byte => Math.exp((byte - 128) / STEPS));
}

class Rows {
  // `shapes` are width / height of each output. A row is full when its shapes fill the width at the usual height.
  constructor(shapes, width, usual) {
    Object.assign(this, {shapes, width, starts: [0], tops: [0], heights: []});
    for (let index = 0, sum = 0, widest = 1; index < shapes.length; index += 1) {
      sum += shapes[index];
      widest = Math.max(widest, shapes[index]);
      const isLast = index === shapes.length - 1, full = width / Math.min(usual, SHARP / widest);
      if (sum < full && !isLast) continue;
      this.close(index + 1, Math.max(sum, isLast ? full : 0));
      [sum, widest] = [0, 1];
    }
  }

  close(end, sum) {
    const height = (this.width - (end - this.starts.at(-1) - 1) * GAP) / sum;
    this.heights.push(height);
    this.tops.push(this.tops.at(-1) + height + CAPTION + GAP);
    this.starts.push(end);
  }

  get count() { return this.heights.length; }
  get height() { return this.tops.at(-1); }

  // The row at this height, and the row of this output.
  at(top) { return this.search(this.tops, top); }
  of(index) { return this.search(this.starts, index); }

  search(bounds, value) {
    let low = 0, high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (bounds[middle] <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // Where the output lies: pixels from the left and the top of the grid.
  place(index) {
    const row = this.of(index), height = this.heights[row];
    let left = 0;
    for (let before = this.starts[row]; before < index; before += 1) left += this.shapes[before] * height + GAP;
    return {left, top: this.tops[row], width: this.shapes[index] * height, height};
  }
}
