"""The least that asking for a run can be: receiving the answer, with httpx alone.

`receiver.py URL TIMES` prints the milliseconds of processor time of each answer but the first, in the median.
"""

import asyncio
import statistics
import sys
import time

import httpx


async def main(url: str, times: int) -> None:
    taken = []
    async with httpx.AsyncClient() as client:
        for _ in range(times + 1):
            before = time.process_time()
            await client.get(url)
            taken.append(1000 * (time.process_time() - before))
    print(statistics.median(taken[1:]))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
