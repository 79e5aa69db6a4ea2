// A book as a reader makes it: from one 35=W, and each 35=X after it.
import assert from 'node:assert/strict'
import { voc } from './desk.mjs'

const is_level = ({ MDEntryType }) => MDEntryType === '0' || MDEntryType === '1'
const place_of = ({ MDEntryType, MDEntryPx }) => `${MDEntryType} ${MDEntryPx}`

// Of a 35=W: '1 11980 40' for each offer, and bids before them with 0.
export const levels_of = (snapshot) => (snapshot.MDFullGrp?.NoMDEntries ?? []).filter(is_level)
  .map((entry) => `${place_of(entry)} ${entry.MDEntrySize}`).sort()

export class Book {
  #levels = new Map()
  trades = []
  volume = 0

  constructor (snapshot) {
    this.number = snapshot.RptSeq
    this.as_of = Number(snapshot.LedgerSeq)
    for (const entry of snapshot.MDFullGrp?.NoMDEntries ?? []) {
      if (is_level(entry)) this.#levels.set(place_of(entry), entry.MDEntrySize)
    }
  }

  apply (changes) {
    assert.ok(Number(changes.LedgerSeq) > this.as_of)
    this.as_of = Number(changes.LedgerSeq)
    for (const entry of changes.MDIncGrp.NoMDEntries) {
      assert.equal(entry.RptSeq, this.number + 1)
      assert.equal(entry.Instrument.Symbol, voc)
      this.number = entry.RptSeq
      if (is_level(entry)) this.#set(entry)
      if (entry.MDEntryType === '2') this.trades.push(entry)
      if (entry.MDEntryType === 'B') this.volume = entry.MDEntrySize
    }
  }

  // 279: 0 new, 1 changed, 2 gone.
  #set (entry) {
    const place = place_of(entry)
    assert.equal(this.#levels.has(place), entry.MDUpdateAction !== '0', place)
    if (entry.MDUpdateAction === '2') this.#levels.delete(place)
    else this.#levels.set(place, entry.MDEntrySize)
  }

  levels () { return [...this.#levels].map(([place, size]) => `${place} ${size}`).sort() }
}
