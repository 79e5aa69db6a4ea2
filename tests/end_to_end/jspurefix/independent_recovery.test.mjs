// An independent FIX engine at a venue that is killed: what it missed comes, whichever way it missed
// it. Who runs this kills the venue when asked to, starts it again, and says at which port it is;
// and holds SH049.heard and the like (a report a line) and .sent (ClOrdIDs) against the ledger:
// nothing may be missing, told twice or entered twice.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ask, client, folder, order } from './desk.mjs'

const seller = client('SH049')
const buyer = client('ZJ063')
const good_till_cancelled = { TimeInForce: '1' }
const immediate_or_cancel = { TimeInForce: '3' }
const sent = new Map([[seller, []], [buyer, []]])

const enter = (trader, side, id, quantity, more) => {
  if (!sent.get(trader).includes(id)) sent.get(trader).push(id)
  trader.send('D', order(id, trader === seller ? 'SH049-1' : 'ZJ063-1', side, quantity, more))
}
const sell = (id, quantity) => enter(seller, '2', id, quantity, good_till_cancelled)
const buy = (id, more = {}) => enter(buyer, '1', id, 1, { ...immediate_or_cancel, ...more })

const frames = (trader, direction, ...types) => trader.frames.filter((frame) =>
  frame.direction === direction && types.includes(frame.type))
const value = (frame, tag) => new RegExp(`\\|${tag}=([^|]*)\\|`).exec(frame.text)?.[1]
// By ExecID; a report that comes again has the number that it had.
const appl_seq_nums = (trader) => {
  const numbers = new Map()
  for (const frame of frames(trader, 'in', '8', '9').filter((frame) => value(frame, 1181))) {
    const [id, number] = [value(frame, 17) ?? value(frame, 11), Number(value(frame, 1181))]
    assert.equal(numbers.get(id) ?? number, number, `${id} has one ApplSeqNum`)
    numbers.set(id, number)
  }
  return [...numbers.values()].sort((a, b) => a - b)
}
const exec_ids = (trader) => new Set(frames(trader, 'in', '8').map((frame) => value(frame, 17)))

before(async () => {
  await seller.connect()
  await buyer.connect()
  sell('s1', 1000)
  assert.equal((await seller.next()).ExecType, '0')
})

after(async () => {
  for (const [trader, ids] of sent) {
    const name = join(folder, trader.description.application.name)
    writeFileSync(`${name}.sent`, ids.join('\n'))
    writeFileSync(`${name}.heard`, frames(trader, 'in', '8', '9').map(({ text }) => text).join('\n'))
    await trader.leave()
  }
})

test('what was on its way when the line broke comes again when the engine asks for it', async () => {
  seller.stop_reading()
  for (const id of ['b1', 'b2', 'b3']) {
    buy(id)
    assert.equal((await buyer.next()).ExecType, '0')
    assert.equal((await buyer.next()).ExecType, 'F')
  }
  await seller.drop()
  const from = seller.frames.length
  await seller.connect()
  for (let i = 0; i < 3; ++i) {
    const report = await seller.next()
    assert.equal(report.ExecType, 'F')
    assert.equal(report.StandardHeader.PossDupFlag, true)
  }
  const asked = seller.frames.slice(from).find(({ direction, type }) => direction === 'out' && type === '2')
  assert.ok(asked, 'the engine found the gap by itself')
})

test('a venue that is killed with orders under way loses and doubles nothing', async () => {
  const ids = Array.from({ length: 40 }, (_, i) => `k${i + 1}`)
  const heard_before = exec_ids(buyer).size
  buyer.stop_reading()
  for (const id of ids) buy(id)
  // That one has filled the buyer does not hear, and the seller hears it and does not confirm it.
  assert.equal((await seller.next()).ExecType, 'F')
  seller.stop_reading()
  const port = Number(await ask('kill'))
  for (const trader of [seller, buyer]) await trader.drop()
  assert.equal(exec_ids(buyer).size, heard_before, 'the buyer missed it all')
  const sold_before = exec_ids(seller)
  for (const trader of [seller, buyer]) {
    trader.port = port
    await trader.connect()
  }
  // The buyer cannot know what has become of any of them.
  for (const id of ids) buy(id, { StandardHeader: { PossResend: true } })
  const said = (trader, id, exec_type) => trader.frame_with(0, '35=8', `11=${id}`, `150=${exec_type}`)
  for (const id of ids) {
    await said(buyer, id, '0')
    await said(buyer, id, 'F')
  }
  await buyer.round_trip('buyer, at last')
  await seller.round_trip('seller, at last')
  const again = frames(seller, 'in', '8').filter((frame) => value(frame, 97) === 'Y')
  assert.ok(again.some((frame) => sold_before.has(value(frame, 17))), 'what was not confirmed, too')
  for (const trader of [seller, buyer]) {
    const taken = new Set(trader.messages.filter(({ type }) => type === '8').map(({ message }) => message.ExecID))
    assert.deepEqual(taken, exec_ids(trader), 'the engine takes all that comes')
    assert.ok(frames(trader, 'out', '2').length > 0, 'the numbers have jumped, and it asked')
    const numbers = appl_seq_nums(trader)
    assert.ok(numbers.length > ids.length)
    assert.deepEqual(numbers, numbers.map((_, i) => i + 1), 'and ApplSeqNums have not')
  }
})
