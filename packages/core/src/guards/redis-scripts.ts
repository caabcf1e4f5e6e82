/**
 * The steps in Lua, one key a claim: a hash of `state` (held, free, committed), `until`, `owner`, `attempt` and `answer`; and of `ahead`, the end
 * of a claim that is stored before its request is acted on: where its lease runs out, it counts as committed.
 *
 * A key expires by the server's clock, which need not be the caller's: it is held until a claim has ended by both, and
 * for a margin beyond. What a claim is, only `until` says, by the caller's clock.
 *
 * No script starts with `#!lua`: such a one is refused as a whole where memory is full. These are refused at the first command that
 * adds data, unless another has written before it; so `begin` is refused, and a commit, which begins with an expiry, is not.
 * @see https://redis.io/docs/latest/develop/reference/errors/common/oom/
 */

/** Time is read beside writes, which Redis allows from 5 on. Numbers are written whole: `tostring` of a large one is not. */
const EXPIRY = `
local function keep(untilMs, nowMs, marginMs)
  local time = redis.call('TIME')
  local serverMs = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local leftMs = math.max(untilMs - nowMs, untilMs - serverMs, 0) + marginMs
  return string.format('%.0f', math.min(leftMs, 3155760000000))
end
local function longer(expiry)
  return string.format('%.0f', math.max(tonumber(expiry), redis.call('PTTL', KEYS[1])))
end
`;

/** ARGV: the clock, the lease's end, its owner, for how long attempts are kept. */
export const BEGIN: string = `${EXPIRY}
local claim = redis.call('HMGET', KEYS[1], 'state', 'until', 'owner', 'attempt', 'ahead')
local state, untilMs, owner, attempt = claim[1], claim[2], claim[3], tonumber(claim[4] or 0)
local nowMs = tonumber(ARGV[1])
if state == 'held' and owner == ARGV[3] then return {'begun', attempt} end
if state == 'held' and tonumber(untilMs) > nowMs then return {'in-flight', untilMs} end
if state == 'held' and tonumber(claim[5] or 0) > nowMs then return {'committed', false} end
if state == 'committed' and tonumber(untilMs) > nowMs then
  return {'committed', redis.call('HGET', KEYS[1], 'answer')}
end
if state == 'committed' then attempt = 0 end
redis.call('HSET', KEYS[1], 'state', 'held', 'until', ARGV[2], 'owner', ARGV[3], 'attempt', attempt + 1)
redis.call('HDEL', KEYS[1], 'answer', 'ahead')
redis.call('PEXPIRE', KEYS[1], keep(tonumber(ARGV[2]), nowMs, tonumber(ARGV[4])))
return {'begun', attempt + 1}
`;

/** ARGV as of begin. */
export const RENEW: string = `${EXPIRY}
local claim = redis.call('HMGET', KEYS[1], 'state', 'until', 'owner')
if claim[1] ~= 'held' or claim[3] ~= ARGV[3] or tonumber(claim[2]) >= tonumber(ARGV[2]) then return 0 end
redis.call('PEXPIRE', KEYS[1], longer(keep(tonumber(ARGV[2]), tonumber(ARGV[1]), tonumber(ARGV[4]))))
redis.call('HSET', KEYS[1], 'until', ARGV[2])
return 1
`;

/** ARGV: the clock, the end, the margin, and the answer where there is one. */
export const COMMIT: string = `${EXPIRY}
local claim = redis.call('HMGET', KEYS[1], 'state', 'until')
local untilMs = ARGV[2]
local expiry = keep(tonumber(untilMs), tonumber(ARGV[1]), tonumber(ARGV[3]))
if claim[1] == 'committed' then
  if tonumber(claim[2]) > tonumber(untilMs) then untilMs = claim[2] end
  expiry = longer(expiry)
end
redis.call('PEXPIRE', KEYS[1], expiry)
redis.call('HSET', KEYS[1], 'state', 'committed', 'until', untilMs)
redis.call('HDEL', KEYS[1], 'owner', 'attempt', 'answer', 'ahead')
if ARGV[4] then redis.call('HSET', KEYS[1], 'answer', ARGV[4]) end
redis.call('PEXPIRE', KEYS[1], expiry)
return 1
`;

/** ARGV: the owner. The attempts stay, until the key expires. */
export const ABORT = `
local claim = redis.call('HMGET', KEYS[1], 'state', 'owner')
if claim[1] ~= 'held' or claim[2] ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'owner', 'ahead')
redis.call('HSET', KEYS[1], 'state', 'free')
return 1
`;

/** ARGV: the clock, the claim's end, the lease's owner, the margin. */
export const STORE_AHEAD: string = `${EXPIRY}
local claim = redis.call('HMGET', KEYS[1], 'state', 'owner', 'ahead')
if claim[1] ~= 'held' or claim[2] ~= ARGV[3] then return 0 end
if tonumber(claim[3] or 0) >= tonumber(ARGV[2]) then return 1 end
redis.call('PEXPIRE', KEYS[1], longer(keep(tonumber(ARGV[2]), tonumber(ARGV[1]), tonumber(ARGV[4]))))
redis.call('HSET', KEYS[1], 'ahead', ARGV[2])
return 1
`;

/** ARGV: the clock. Until when the claim counts as committed, and its answer; nothing of one that is free or under way. */
export const FIND = `
local claim = redis.call('HMGET', KEYS[1], 'state', 'until', 'answer', 'ahead')
local nowMs = tonumber(ARGV[1])
if claim[1] == 'committed' and tonumber(claim[2]) > nowMs then return {claim[2], claim[3]} end
if claim[1] == 'held' and tonumber(claim[2]) <= nowMs and tonumber(claim[4] or 0) > nowMs then return {claim[4], false} end
return false
`;

/** ARGV: the clock. Frees what counts as committed, and changes nothing else. */
export const RELEASE = `
local claim = redis.call('HMGET', KEYS[1], 'state', 'until', 'ahead')
local nowMs = tonumber(ARGV[1])
local isCommitted = claim[1] == 'committed' and tonumber(claim[2]) > nowMs
local isAhead = claim[1] == 'held' and tonumber(claim[2]) <= nowMs and tonumber(claim[3] or 0) > nowMs
if not isCommitted and not isAhead then return 0 end
return redis.call('DEL', KEYS[1])
`;

/** All of them: a connection that is new has them loaded before it is used, so that no request sends a whole script. */
export const REDIS_SCRIPTS: readonly string[] = [BEGIN, RENEW, COMMIT, ABORT, STORE_AHEAD, FIND, RELEASE];
