"""What Redis does in one step each: all keys of a store are in one slot of a cluster."""

from __future__ import annotations

# KEYS: lock, fence. ARGV: owner, lease in ms, life of the fence in ms. Gives the owner, who may
# be another, and a number: the fence for the owner who asks, what is left in ms of another's.
# Fences follow the server's clock, so that they go on rising where they were lost.
ACQUIRE = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return {owner, redis.call('PTTL', KEYS[1])} end
local fence = tonumber(redis.call('GET', KEYS[2]) or '0')
if not owner then
  local time = redis.call('TIME')
  fence = math.max(fence + 1, tonumber(time[1]) * 1000000 + tonumber(time[2]))
  redis.call('SET', KEYS[2], string.format('%.0f', fence), 'PX', ARGV[3])
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {ARGV[1], string.format('%.0f', fence)}
"""

# KEYS: lock, fence. ARGV: owner, lease in ms, life of the fence in ms, fence. A lease that ran
# out, or was lost by the server, is taken up again if nobody had another one since.
RENEW = """
local owner = redis.call('GET', KEYS[1])
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
if (owner and owner ~= ARGV[1]) or last > tonumber(ARGV[4]) then return 0 end
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[3])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

# KEYS: lock. ARGV: owner.
RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

# KEYS: the entry, the index of role credentials, fences. ARGV: the document, when it ends in
# ms, whether it is indexed, and the numbers that belong to the fences.
WRITE = """
for i = 3, #KEYS do
  if tonumber(redis.call('GET', KEYS[i]) or '0') > tonumber(ARGV[i + 1]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PXAT', ARGV[2])
if ARGV[3] == '1' then
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', redis.call('TIME')[1] .. '000')
  redis.call('ZADD', KEYS[2], ARGV[2], KEYS[1])
  redis.call('PEXPIREAT', KEYS[2], redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2])
end
return 1
"""

# KEYS: the entry, fences. ARGV: the numbers that belong to the fences. What was removed leaves
# an empty value for as long as it would have been there: so it is told from what was lost.
REMOVE = """
for i = 2, #KEYS do
  if tonumber(redis.call('GET', KEYS[i]) or '0') > tonumber(ARGV[i - 1]) then return 0 end
end
local left = redis.call('PTTL', KEYS[1])
if left > 0 then redis.call('SET', KEYS[1], '', 'PX', left) else redis.call('DEL', KEYS[1]) end
return 1
"""

# KEYS: the entry, where it goes. ARGV: how long it stays there at most, in ms.
SET_ASIDE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('RENAME', KEYS[1], KEYS[2])
local left = redis.call('PTTL', KEYS[2])
if left < 0 or left > tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[2], ARGV[1]) end
return 1
"""
