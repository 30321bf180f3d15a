-- Types into a file as a person does, and writes what Neovim shows and makes of it, one JSON value a line.
vim.lsp.config('infill', {
  cmd = vim.json.decode(vim.env.INFILL_SERVER),
  settings = { infill = vim.json.decode(vim.env.INFILL_SETTINGS) },
})
vim.lsp.enable('infill')
vim.lsp.inline_completion.enable()

local function tell(value)
  io.stdout:write(vim.json.encode(value) .. '\n')
end

-- The lines that are shown and stand in no buffer.
local function shown()
  local space = vim.api.nvim_create_namespace('nvim.lsp.inline_completion')
  local lines = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
    table.insert(lines, mark[4].virt_text[1][1])
    for _, line in ipairs(mark[4].virt_lines or {}) do
      table.insert(lines, line[1][1])
    end
  end
  return lines
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

local function press(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'n', false)
end

vim.cmd.edit(vim.fn.fnameescape(vim.env.INFILL_FILE))
vim.api.nvim_win_set_cursor(0, { tonumber(vim.env.INFILL_LINE), 0 })

-- What is waited for, and what is done then.
local steps = {
  {
    function()
      local client = vim.lsp.get_clients({ bufnr = 0 })[1]
      return client and client.initialized
    end,
    function()
      press('A' .. vim.env.INFILL_FIRST)
    end,
  },
  {
    function()
      return #shown() > 0
    end,
    function()
      tell({ shown = shown() })
      press(vim.env.INFILL_TYPED)
    end,
  },
  {
    -- Neovim asks 200 ms after the last key.
    function()
      return vim.endswith(lines()[tonumber(vim.env.INFILL_LINE)], vim.env.INFILL_TYPED)
    end,
    function()
      vim.defer_fn(function()
        tell({ shown = shown() })
        vim.lsp.inline_completion.get()
        vim.schedule(function()
          vim.schedule(function()
            tell({ lines = lines(), format = vim.bo.fileformat })
            vim.cmd('qa!')
          end)
        end)
      end, 1000)
    end,
  },
}

local timer = vim.uv.new_timer()
timer:start(20, 20, function()
  vim.schedule(function()
    local step = steps[1]
    if step and step[1]() then
      table.remove(steps, 1)
      step[2]()
    end
  end)
end)
vim.defer_fn(function()
  tell({ late = #steps, messages = vim.fn.execute('messages') })
  vim.cmd('qa!')
end, 30000)
