/** Remembers many texts in little memory: 8 bytes for each slot, whatever their length. */

const firstCapacity = 1_024;
/** Slots that may be taken before the table grows: linear probing stays short below it. */
const loadMax = 0.6;

/**
 * A set of texts, by a 64-bit hash of each. Two of `n` texts are taken for one with a probability of about n² / 2^65:
 * less than one in 80,000 for 20 million texts.
 */
export class KeySet {
  /** Two words a slot; both zero: free. */
  #slots = new Uint32Array(firstCapacity * 2);
  #size = 0;

  /** How many texts there are. */
  get size(): number {
    return this.#size;
  }

  /** Whether the text is there. */
  has(key: string): boolean {
    const [high, low] = hash(key);
    return this.#slots[this.#find(high, low)] !== 0;
  }

  /** Adds the text; false when it was there. */
  add(key: string): boolean {
    const [high, low] = hash(key);
    const slot = this.#find(high, low);
    if (this.#slots[slot] !== 0) return false;
    this.#put(slot, high, low);
    this.#size++;
    if (this.#size * 2 > this.#slots.length * loadMax) this.#grow();
    return true;
  }

  /** The index of the slot the hash is in, or the free one it belongs in. */
  #find(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    let slot = (low * 2) & mask;
    while (this.#slots[slot] !== 0 && (this.#slots[slot] !== high || this.#slots[slot + 1] !== low)) {
      slot = (slot + 2) & mask;
    }
    return slot;
  }

  #put(slot: number, high: number, low: number): void {
    this.#slots[slot] = high;
    this.#slots[slot + 1] = low;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    for (let slot = 0; slot < before.length; slot += 2) {
      const high = before[slot] ?? 0;
      const low = before[slot + 1] ?? 0;
      if (high !== 0) this.#put(this.#find(high, low), high, low);
    }
  }
}

/** Two 32-bit hashes with different multipliers (FNV-1a, then the finish of MurmurHash3); the first is never zero. */
function hash(key: string): readonly [number, number] {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 15);
  }
  return [finish(high ^ key.length) || 1, finish(low ^ (high >>> 3))];
}

function finish(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
